"""Writing fixed files: only what was reviewed, only inside the roots, each file whole or not at all."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument, Conflict, OutsideRoots
from maestro_knowledge.core.files import replace_bytes
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.roots import Roots
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.reading import Unreadable, decode, read_bytes
from maestro_knowledge.review.model import Change

_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file that may be written, and what goes into it."""

    path: Path
    content: bytes = field(repr=False)


def write_changes(root: Path, changes: Sequence[Change], roots: Roots) -> tuple[str, ...]:
    """The paths that were written; with any of them changed since, read-only or outside, nothing is."""
    ready = [_checked(root, change, roots) for change in changes]
    for one in ready:
        try:
            replace_bytes(one.path, one.content)
        except OSError as error:
            raise Conflict(
                f"{quote(one.path.name, 200)} cannot be written: {error.strerror}.",
                "It is as it was; files before it in the diff are fixed.",
            ) from None
    return tuple(change.path for change in changes)


def _checked(root: Path, change: Change, roots: Roots) -> _Ready:
    shown = quote(change.path, 200)
    path = (root / change.path).resolve()
    if not any(path.is_relative_to(folder) for folder in roots.folders):
        raise OutsideRoots(f"{shown} lies outside the roots.", "Give its folder with --root DIR.")
    try:
        now, encoding = decode(read_bytes(path, _LARGEST))
    except Unreadable as error:
        raise Conflict(f"{shown} {error} since the review.", "Nothing was written. Review again.") from None
    if (now, encoding) != (change.before, change.encoding):
        raise Conflict(f"{shown} has changed since the review.", "Nothing was written. Review again.")
    if not path.stat().st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise Conflict(
            f"{shown} is read-only.", "Nothing was written. Make it writable (chmod u+w), or leave it out."
        )
    try:
        return _Ready(path, change.after.encode(change.encoding))
    except UnicodeError:
        raise BadArgument(
            f"A fix of {shown} has characters that {change.encoding} lacks.",
            "Nothing was written. Save the file as UTF-8 first.",
        ) from None
