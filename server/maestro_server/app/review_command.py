"""`fastapi-maestro review`: several paths, one report, an exit code."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import BadArgument, NotFound
from maestro_knowledge.core.records import replace
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.sources import find_sources
from maestro_server.app.output import Output
from maestro_server.expert.facade import Expert
from maestro_server.expert.review_text import write_review
from maestro_server.expert.reviewing import ReviewCall, Reviewed, examined

if TYPE_CHECKING:
    import argparse

    from maestro_server.app.reports.report import Part

# Each form of report is loaded for whoever asks for it: a second review takes no longer than its imports.
# ruff: noqa: PLC0415


def run_review(options: "argparse.Namespace", expert: Expert) -> Output:
    """The review of every path, those of one root together; exit code 1 when there are findings."""
    _check(options)
    groups = _groups(options.paths, expert)
    call = _call(options)
    reviews = [_review(expert, call, root, paths) for root, paths in groups]
    if options.write_baseline:
        return _write_baseline(expert, options.write_baseline, reviews)
    if options.diff and options.format == "text":
        lines = [line for part in _parts(reviews) for line in _diff_lines(part)]
        return Output(lines=lines, code=_code(reviews))
    if call.fix != "none" and not options.diff:
        fixed = [_write(expert, each) for each in reviews]
        reviews = [_review(expert, replace(call, fix="none"), root, paths) for root, paths in groups]
        for each, (diff, count) in zip(reviews, fixed, strict=True):
            each.data["diff"] = diff
            each.data["counts"]["fixed"] = count
    return _report(options, reviews)


def _check(options: "argparse.Namespace") -> None:
    if options.write_baseline and (options.baseline or options.fix or options.diff_base):
        raise BadArgument(
            "--write-baseline notes everything that is found.", "Leave out --baseline, --fix and --diff-base."
        )


def _groups(names: Sequence[str], expert: Expert) -> list[tuple[Path, list[Path]]]:
    """The paths by the root that they lie in, in the order given."""
    groups: dict[Path, list[Path]] = {}
    for name in names:
        if not Path(name).exists():
            raise NotFound(f"There is no file or folder {quote(name, 200)}.", "Name existing paths.")
        real = expert.roots.resolve(str(Path(name).absolute()))
        groups.setdefault(expert.roots.holding(real), []).append(real)
    return list(groups.items())


def _call(options: "argparse.Namespace") -> ReviewCall:
    return ReviewCall(
        endpoint=options.endpoint,
        select=options.select,
        ignore=options.ignore,
        min_severity=options.min_severity,
        preview=options.preview,
        fix=options.fix or ("safe" if options.diff else "none"),
        max_findings=0,
        baseline=options.baseline,
        diff_base=options.diff_base,
    )


def _review(expert: Expert, call: ReviewCall, root: Path, paths: Sequence[Path]) -> Reviewed:
    return examined(expert, call, find_sources(paths, root=root))


def _parts(reviews: Sequence[Reviewed]) -> "list[Part]":
    from maestro_server.app.reports.report import make_part

    return [make_part(each, Path.cwd()) for each in reviews]


def _write(expert: Expert, reviewed: Reviewed) -> tuple[str | None, int]:
    """The diff of what was written and how many findings it mended."""
    from maestro_knowledge.review.writing import write_changes

    write_changes(reviewed.sources.root, reviewed.examination.changes, expert.roots)
    return reviewed.data["diff"], reviewed.examination.mended


def _write_baseline(expert: Expert, name: str, reviews: Sequence[Reviewed]) -> Output:
    from maestro_knowledge.core.files import replace_text
    from maestro_knowledge.review.baseline import write_baseline

    path = expert.roots.resolve(str(Path(name).absolute()), must_exist=False)
    if path.is_dir() or not path.parent.is_dir():
        raise BadArgument(f"{quote(name, 200)} is no file to write.", "Name a file in an existing folder.")
    examinations = [each.examination for each in reviews]
    replace_text(path, write_baseline(examinations))
    count = sum(len(each.review.findings) for each in examinations)
    return Output(lines=(f"{count} findings noted in {name}. Review with --baseline {name} from now on.",))


def _diff_lines(part: "Part") -> Iterator[str]:
    from maestro_knowledge.review.edits import make_diff

    for change in part.reviewed.examination.changes:
        yield make_diff(part.path(change.path), change.before, change.after).removesuffix("\n")


def _report(options: "argparse.Namespace", reviews: Sequence[Reviewed]) -> Output:
    code = _code(reviews)
    if options.format == "sarif":
        from maestro_server.app.reports.sarif import make_sarif

        return Output(data=make_sarif(_parts(reviews)), code=code)
    if options.format == "github":
        from maestro_server.app.reports.github import github_lines

        return Output(lines=github_lines(_parts(reviews)), code=code)
    if options.format == "html":
        from maestro_server.app.reports.page import write_page

        return Output(lines=(write_page(_parts(reviews)),), code=code)
    data = [each.data for each in reviews]
    if options.format == "json":
        whole: dict[str, Any] = data[0] if len(data) == 1 else {"reviews": data}
        if options.statistics:
            whole["statistics"] = [{"code": c, "rule": r, "count": n} for (c, r), n in _statistics(reviews)]
        return Output(data=whole, code=code)
    lines = [write_review(each) for each in data]
    if options.statistics:
        lines += [
            "\nPer rule",
            *(f"{count:>6} {name} {rule}" for (name, rule), count in _statistics(reviews)),
        ]
    return Output(lines=lines, code=code)


def _statistics(reviews: Sequence[Reviewed]) -> list[tuple[tuple[str, str], int]]:
    findings = (finding for each in reviews for finding in each.examination.review.findings)
    counts = Counter((finding.code, finding.rule) for finding in findings)
    return sorted(counts.items())


def _code(reviews: Sequence[Reviewed]) -> int:
    return int(any(each.data["findings"] for each in reviews))
