"""Edits: applied to a text, or shown as a unified diff; two that overlap are refused."""

import re
from collections.abc import Iterable
from difflib import unified_diff
from itertools import pairwise

from maestro_knowledge.core.errors import BadArgument, Conflict
from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.review.model import Edit
from maestro_knowledge.review.secrets import mask_secrets

_CONTEXT = 3
_FEW_LINES = 200  # from here on `difflib` passes over lines that it finds popular
_LINE = Pattern(r"[^\n]*\n|[^\n]+")
_HUNK = Pattern(r"^@@ -(\d+)((?:,\d+)?) \+(\d+)((?:,\d+)?) @@(?=\n)")
_NO_NEWLINE = "\n\\ No newline at end of file\n"


def overlaps(edits: Iterable[Edit]) -> bool:
    """Whether two of the edits touch the same characters, or insert parts of a line at one place."""
    ordered = _in_order(edits)
    return any(
        left.path == right.path
        and (right.start < left.end or right.start == left.start)
        and not (_is_whole_line(left) and _is_whole_line(right))
        for left, right in pairwise(ordered)
    )


def _is_whole_line(edit: Edit) -> bool:
    """Whether it only inserts lines, as imports are: several may be inserted at one place."""
    return edit.start == edit.end and edit.text.endswith(("\n", "\r")) and not edit.text[:1].isspace()


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


def make_diff(path: str, before: str, after: str, context: int = _CONTEXT) -> str:
    """The unified diff between two texts of one file; empty where nothing differs."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    head = _common(old, new)
    tail = min(_common(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    skip = max(head - context, 0)
    last = max(tail - context, 0)
    parts = old[skip : len(old) - last], new[skip : len(new) - last]
    plain = _only_hunk(f"--- a/{path}\n+++ b/{path}\n", *parts, skip)
    lines = unified_diff(*parts, f"a/{path}", f"b/{path}", n=context) if plain is None else plain
    moved = lines if plain else (_HUNK.sub(lambda match: _moved(match, skip), line) for line in lines)
    return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in moved)


def _only_hunk(head: str, old: list[str], new: list[str], skip: int) -> list[str] | None:
    """What `unified_diff` says where lines that stay, go and come have none in common: there is but one way.

    Most edits are so, and looking for the longest common parts takes most of the time that showing one does.
    """
    above, below = _common(old, new), _common(old[::-1], new[::-1])
    first, gone, come = old[:above], old[above : len(old) - below], new[above : len(new) - below]
    last = old[len(old) - below :]
    apart = [{*gone}, {*come}, {*first, *last}] if gone and come else [{*gone}, {*come}, {*first}, {*last}]
    if not (gone or come) or len(new) >= _FEW_LINES or sum(map(len, apart)) > len(set().union(*apart)):
        return None
    places = f"-{_span(skip, len(old))} +{_span(skip, len(new))}"
    return [
        f"{head}@@ {places} @@\n",
        *(f" {line}" for line in first),
        *(f"-{line}" for line in gone),
        *(f"+{line}" for line in come),
        *(f" {line}" for line in last),
    ]


def _span(start: int, count: int) -> str:
    return f"{start + 1}" if count == 1 else f"{start + bool(count)},{count}"


def make_shown_diff(path: str, before: str, after: str) -> str:
    """The diff without secrets: without the lines around it that hold any, masked where it changes them."""
    for context in (_CONTEXT, 0):
        diff = make_diff(path, before, after, context)
        if mask_secrets(diff) == diff:
            return diff
    return mask_secrets(diff)


def _common(left: list[str], right: list[str]) -> int:
    """How many lines both begin with; comparing only what lies between them keeps large files fast."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(left), len(right)))


def _moved(match: re.Match[str], skip: int) -> str:
    return f"@@ -{int(match[1]) + skip}{match[2]} +{int(match[3]) + skip}{match[4]} @@"


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(set(edits), key=lambda edit: (edit.path, edit.start, edit.end, edit.text))
