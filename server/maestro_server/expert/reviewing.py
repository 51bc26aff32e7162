"""Review: what is asked, how it is answered within a budget."""

import json
from collections.abc import Callable
from copy import copy
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from maestro_knowledge.core.errors import BadArgument, MaestroError, TooLarge
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import quote
from maestro_server.expert.review_text import write_review

if TYPE_CHECKING:
    from maestro_knowledge.project.model import Project
    from maestro_knowledge.project.sources import Sources
    from maestro_knowledge.review.baseline import Baseline
    from maestro_knowledge.review.model import Examination
    from maestro_server.expert.answers import Answer
    from maestro_server.expert.facade import Expert

MAX_CODE = 500_000
BUDGET = 4000 * 4
# What each list may take of the budget before the next call is named; findings get what the others leave.
_SHARES = {
    "endpoints": 0.08,
    "blocking_imports": 0.06,
    "questions": 0.2,
    "findings": 1.0,
}


@dataclass(frozen=True, slots=True)
class ReviewCall:
    """The arguments of one review; `max_findings` 0 means that nothing is cut."""

    code: str = ""
    path: str = ""
    endpoint: str = ""
    select: str = ""
    ignore: str = ""
    min_severity: Literal["error", "warning", "info"] = "info"
    fix: Literal["none", "safe", "all"] = "none"
    preview: bool = False
    max_findings: int = 40
    baseline: str = ""
    diff_base: str = ""


@dataclass(frozen=True)
class Reviewed:
    """The sources of a project and what was found in them: as the data of an answer, and with traces."""

    sources: "Sources"
    data: dict[str, Any]
    examine: "Callable[[], Examination]" = field(repr=False)

    @cached_property
    def examination(self) -> "Examination":
        """What was found, with its traces; made anew of what was remembered."""
        return self.examine()


def review(expert: "Expert", call: ReviewCall) -> "Answer":
    """Findings, questions and what the review covered."""
    from maestro_server.expert.answers import Answer  # noqa: PLC0415 - the command line needs none

    if call.path.strip() and not call.code.strip():
        from maestro_knowledge.project.sources import find_sources  # noqa: PLC0415 - rules load when needed

        real = expert.roots.resolve(call.path)
        data = examined(expert, call, find_sources((real,), root=expert.roots.holding(real))).data
    else:
        data = _of_code(expert, call)
    if call.max_findings:
        data = cut_review(data, call)
    return Answer(write_review(data), data)


def examined(expert: "Expert", call: ReviewCall, sources: "Sources") -> Reviewed:
    """The review of sources that were read, all that reports are made of; remembered where it can be."""
    from maestro_knowledge.review import cache  # noqa: PLC0415 - see above

    baseline, notes = find_baseline(expert, call.baseline, sources.root, sources.config.baseline)
    asked = _asked(call, baseline)
    folder = Home(expert.settings.home).reviews
    key = "" if call.fix != "none" or call.diff_base else cache.key_of(sources, asked)
    known = cache.recalled(folder, key) if key else None
    if known is not None:
        return Reviewed(sources, _data(call, known, baseline, notes), partial(cache.revived, known))
    found = _examined(sources, asked, call.diff_base)
    content = cache.remember(folder, key, found) if key else cache.plain_data(found)
    return Reviewed(sources, _data(call, content, baseline, notes), lambda: found)


def _examined(sources: "Sources", asked: dict[str, Any], diff_base: str) -> "Examination":
    from maestro_knowledge.project.collection import paused_collection  # noqa: PLC0415 - see above

    with paused_collection():  # what is imported now lasts as long as what is read
        from maestro_knowledge.project.load import load_sources  # noqa: PLC0415 - not for what is remembered
        from maestro_knowledge.review import engine  # noqa: PLC0415
        from maestro_knowledge.review.request import ReviewRequest  # noqa: PLC0415

        project = load_sources(sources)
        changed = None
        if diff_base:
            from maestro_knowledge.review.changed import changed_lines  # noqa: PLC0415

            changed = changed_lines(project, diff_base)
        return engine.examine(project, ReviewRequest(**asked, changed=changed))


def _of_code(expert: "Expert", call: ReviewCall) -> dict[str, Any]:
    from maestro_knowledge.review import cache, engine  # noqa: PLC0415 - see above
    from maestro_knowledge.review.request import ReviewRequest  # noqa: PLC0415

    project = load_project(expert, call.code, call.path)
    baseline, notes = find_baseline(expert, call.baseline, project.root, None)
    found = cache.plain_data(engine.examine(project, ReviewRequest(**_asked(call, baseline))))
    return _data(call, found, baseline, notes)


def _asked(call: ReviewCall, baseline: "Baseline | None") -> dict[str, Any]:
    """The fields of the request, which is made only where there is something to work out."""
    return {
        "endpoint": call.endpoint,
        "select": call.select,
        "ignore": call.ignore,
        "min_severity": call.min_severity,
        "preview": call.preview,
        "fix": call.fix,
        "baseline": frozenset(baseline.known if baseline else ()),
    }


def _data(
    call: ReviewCall, found: dict[str, Any], baseline: "Baseline | None", notes: tuple[str, ...]
) -> dict[str, Any]:
    if baseline:
        is_whole = not (call.select or call.ignore or call.endpoint or call.diff_base)
        notes += baseline.notes(found["known"], is_whole=is_whole)
    # Lists of an answer are cut and sorted; what was found stays as it is.
    data: dict[str, Any] = {name: copy(value) for name, value in found["review"].items()} | {"truncated": {}}
    data["coverage"]["assumed"] = " ".join(filter(None, [data["coverage"]["assumed"], *notes]))
    return data


def load_project(expert: "Expert", code: str, path: str) -> "Project":
    """The project that a call is about: one piece of source, or a path inside the roots."""
    from maestro_knowledge.project.load import load_code, load_path  # noqa: PLC0415 - see above

    if bool(code.strip()) == bool(path.strip()):
        raise BadArgument(
            "Give either `code` or `path`." if code.strip() else "There is nothing to review.",
            "`code` is the source of one module; `path` a file or folder inside the project.",
        )
    if code.strip():
        if len(code) > MAX_CODE:
            raise TooLarge(
                f"`code` has {len(code)} characters, more than {MAX_CODE}.", "Give a `path` instead."
            )
        return load_code(code)
    real = expert.roots.resolve(path)
    return load_path(real, root=expert.roots.holding(real))


def find_baseline(
    expert: "Expert", name: str, root: Path, own: str | None
) -> tuple["Baseline | None", tuple[str, ...]]:
    """The baseline that was named, else the project's own, if any, and what is to be said about it."""
    if name:
        return _read_baseline(expert.roots.resolve(name), name), ()
    if not own:
        return None, ()
    try:
        return _read_baseline(expert.roots.resolve(str(root / own)), own), ()
    except MaestroError as error:
        return None, (f"The project's baseline is not used: {error.message}",)


def _read_baseline(path: Path, name: str) -> "Baseline":
    from maestro_knowledge.review.baseline import LARGEST, read_baseline  # noqa: PLC0415 - see above

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8")
    except (OSError, UnicodeError):
        raise BadArgument(
            f"{quote(name, 200)} cannot be read as a baseline.", "Give a readable file."
        ) from None
    if len(content) > LARGEST:
        raise TooLarge(
            f"{quote(name, 200)} is larger than {LARGEST} bytes.", "Mend findings, or review less."
        )
    return read_baseline(text, name)


def cut_review(data: dict[str, Any], call: ReviewCall) -> dict[str, Any]:
    """The same review within the budget: what is cut is counted, and the call for the rest is named."""
    data["findings"].sort(key=lambda one: (_RANK[one["severity"]], one["path"], one["line"], one["column"]))
    full = {name: data[name] for name in _SHARES}
    bare = data | {name: [] for name in _SHARES}
    left = BUDGET - max(len(json.dumps(bare)), len(write_review(bare))) - 300
    kept: dict[str, Any] = {}
    for name, share in _SHARES.items():
        items = full[name][: call.max_findings] if name == "findings" else full[name]
        kept[name] = _fitting(items, left * share)
        left -= sum(_cost(item) for item in kept[name])
    missing = {
        name: len(full[name]) - len(kept[name]) for name in _SHARES if len(full[name]) > len(kept[name])
    }
    if missing:
        data["truncated"] = {**missing, "next": _call_for_the_rest(data, kept, missing)}
    return data | kept


_RANK = {"error": 0, "warning": 1, "info": 2}


def _cost(item: dict[str, Any]) -> int:
    return len(json.dumps(item)) + 2


def _fitting(items: list[Any], room: float) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        room -= _cost(item)
        if room < 0:
            break
        kept.append(item)
    return kept


def _call_for_the_rest(data: dict[str, Any], kept: dict[str, Any], missing: dict[str, int]) -> str:
    if "findings" in missing:
        shown = {one["code"] for one in kept["findings"]}
        unseen = sorted({one["code"] for one in data["findings"]} - shown)
        if unseen:
            return f"review_endpoint with select={','.join(unseen[:12])!r}"
        return "review_endpoint on one file of the folder, or with min_severity='error'"
    if "questions" in missing:
        unseen = sorted(
            {one["code"] for one in data["questions"]} - {one["code"] for one in kept["questions"]}
        )
        return (
            f"review_endpoint with select={','.join(unseen[:12])!r}"
            if unseen
            else "review_endpoint on one file"
        )
    return "map_app lists all endpoints and imports"
