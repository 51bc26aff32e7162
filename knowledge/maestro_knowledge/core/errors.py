"""Every expected failure, and the step that mends it.

MaestroError
├── NotFound        nothing has that name; the nearest that exist are named
├── NotInVersion    it exists, but not in the version asked for
├── Unreachable     a remote, a registry or a file could not be had
├── IndexMissing    there is no index that can be read
├── BadArgument     a value is not one of those allowed
├── OutsideRoots    a path leaves the folders that may be read or written
├── TooLarge        an input passes its bound
├── Conflict        something is there already
├── Busy            someone else is at it
└── NotBuilt        the surface is there, the engine behind it is not yet
"""

from collections.abc import Sequence
from typing import ClassVar

LONGEST = 1400  # of a message and of a hint: many faults at once are told, but not without end


class MaestroError(Exception):
    """What happened and to what (`message`), then the step that mends it (`hint`)."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        message = self.message
        if len(message) > LONGEST:
            message = f"{message[:LONGEST]}… ({len(message) - LONGEST} more characters)."
        return f"{self.code}: {message} {self.hint[:LONGEST]}".rstrip()


class NotFound(MaestroError):
    """Nothing has that name; `nearest` holds the valid names that come closest."""

    code = "not_found"

    def __init__(self, message: str, hint: str, nearest: Sequence[str] = ()) -> None:
        if nearest:
            hint = f"Nearest: {', '.join(nearest)}. {hint}"
        super().__init__(message, hint)
        self.nearest = tuple(nearest)


class NotInVersion(MaestroError):
    """It exists, but not in the version that was asked for."""

    code = "not_in_version"


class Unreachable(MaestroError):
    """A remote, a registry or a file could not be had."""

    code = "unreachable"


class IndexMissing(MaestroError):
    """There is no index that can be read."""

    code = "index_missing"


class BadArgument(MaestroError):
    """A value is not one of those allowed."""

    code = "bad_argument"


class OutsideRoots(MaestroError):
    """A path leaves the folders that may be read or written."""

    code = "outside_roots"


class TooLarge(MaestroError):
    """An input passes its bound."""

    code = "too_large"


class Conflict(MaestroError):
    """Something is there already."""

    code = "conflict"


class Busy(MaestroError):
    """Someone else is at it."""

    code = "busy"


class NotBuilt(MaestroError):
    """The surface is there, the engine behind it is not yet."""

    code = "not_built"
