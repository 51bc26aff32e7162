"""The edits of all findings made at once: what the code would then be, and the diff to it."""

import ast
import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.edits import apply_edits, make_diff, overlaps
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.model import Edit, FixMode

_ALLOWED = {"none": (), "safe": ("safe",), "all": ("safe", "unsafe")}


@dataclass(frozen=True, slots=True)
class Fixed:
    """The new text of each changed file, the one text where there is only one, and the diff."""

    texts: dict[str, str]
    code: str | None
    diff: str | None


def fix_findings(project: Project, found: Sequence[Found], mode: FixMode) -> Fixed:
    """The project after every edit that the mode allows; of two that overlap the later waits."""
    if mode == "none":
        return Fixed({}, None, None)
    before = {module.path: module.text for module in project.modules if module.in_scope}
    edits = _chosen(found, mode)
    after = {path: _mended(before[path], made) for path, made in sorted(edits.items()) if path in before}
    changed = {path: text for path, text in after.items() if text != before[path]}
    diff = "".join(make_diff(path, before[path], text) for path, text in changed.items())
    only = next(iter(before)) if len(before) == 1 else None
    return Fixed(changed, changed.get(only, before[only]) if only is not None else None, diff or None)


def _chosen(found: Sequence[Found], mode: FixMode) -> dict[str, list[Edit]]:
    """The edits by file, those of one finding all or none."""
    chosen: dict[str, list[Edit]] = defaultdict(list)
    for one in found:
        edits = one.report.edits
        if not edits or one.loaded.rule.fix not in _ALLOWED[mode]:
            continue
        if any(overlaps({*chosen[edit.path], edit}) for edit in edits if edit not in chosen[edit.path]):
            continue
        for edit in edits:
            chosen[edit.path].append(edit)
    return chosen


def _mended(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made, or as it was should it then no longer parse."""
    mended = apply_edits(text, edits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(mended)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    return mended
