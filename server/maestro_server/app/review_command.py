"""`fastapi-maestro review`: several paths, one report, an exit code."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import NotBuilt, NotFound
from maestro_knowledge.core.text import quote
from maestro_server.app.output import Output
from maestro_server.expert.facade import Expert
from maestro_server.expert.review_text import write_review
from maestro_server.expert.reviewing import ReviewCall


def run_review(options: argparse.Namespace, expert: Expert) -> Output:
    """The reviews of every path, in the order given; exit code 1 when there are findings."""
    if options.format in {"sarif", "github", "html"} or options.diff_base:
        what = "--diff-base" if options.diff_base else f"--format {options.format}"
        raise NotBuilt(f"{what} has no engine in this version.", "Use --format text or json.")
    if options.fix and not options.diff:
        raise NotBuilt("review --fix has no engine in this version.", "Add --diff to see the edits.")
    answers = [expert.review(_call(options, path)).data for path in _existing(options.paths)]
    code = 1 if any(data["findings"] for data in answers) else 0
    if options.format == "json":
        return Output(data=answers[0] if len(answers) == 1 else {"reviews": answers}, code=code)
    lines = [write_review(data) for data in answers]
    return Output(lines=[*lines, *_statistics(answers)] if options.statistics else lines, code=code)


def _existing(paths: list[str]) -> list[str]:
    for path in paths:
        if not Path(path).exists():
            raise NotFound(f"There is no file or folder {quote(path, 200)}.", "Name existing paths.")
    return [str(Path(path).resolve()) for path in paths]


def _call(options: argparse.Namespace, path: str) -> ReviewCall:
    return ReviewCall(
        path=path,
        endpoint=options.endpoint,
        select=options.select,
        ignore=options.ignore,
        min_severity=options.min_severity,
        preview=options.preview,
        fix=options.fix or "none",
        max_findings=0,
        baseline=options.baseline,
    )


def _statistics(answers: list[dict[str, Any]]) -> list[str]:
    counts = Counter((one["code"], one["rule"]) for data in answers for one in data["findings"])
    return ["\nPer rule", *(f"{count:>6} {code} {rule}" for (code, rule), count in sorted(counts.items()))]
