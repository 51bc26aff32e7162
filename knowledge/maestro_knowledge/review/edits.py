"""Edits: applied to a text, or shown as a unified diff; two that overlap are refused."""

from collections.abc import Iterable
from difflib import unified_diff
from itertools import pairwise

from maestro_knowledge.core.errors import BadArgument, Conflict
from maestro_knowledge.review.model import Edit

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def overlaps(edits: Iterable[Edit]) -> bool:
    """Whether two of the edits touch the same characters of a file, or insert at the same place."""
    ordered = _in_order(edits)
    return any(
        left.path == right.path and (right.start < left.end or right.start == left.start)
        for left, right in pairwise(ordered)
    )


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits made; the same edit twice counts once, and overlapping ones are refused."""
    ordered = _in_order(edits)
    if overlaps(ordered):
        raise Conflict("Two edits change the same characters.", "Apply one, review again, apply the other.")
    parts: list[str] = []
    done = 0
    for edit in ordered:
        if not 0 <= edit.start <= edit.end <= len(text):
            raise BadArgument(
                f"An edit of {edit.path} lies outside its text.", "Review the file as it is now."
            )
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*parts, text[done:]])


def make_diff(path: str, before: str, after: str) -> str:
    """The unified diff between two texts of one file; empty where nothing differs."""
    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in lines)


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(set(edits), key=lambda edit: (edit.path, edit.start, edit.end, edit.text))
