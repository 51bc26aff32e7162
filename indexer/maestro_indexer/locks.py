"""One long job at a time: a lock that its holder's death releases."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from maestro_knowledge.core.errors import Busy, Unreachable
from maestro_knowledge.core.records import dataclass

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # far behind the text, which others may then still read

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class CannotWrite(Unreachable):
    """The home is read-only or its disk is full: trying again later does not help by itself."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            "Make room or make it writable, or set FASTAPI_MAESTRO_HOME; the last index serves on.",
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lock: process id, and since when in seconds since the epoch."""

    pid: int
    since: float


@contextmanager
def hold_lock(path: Path, *, wait: float = 0.0) -> Iterator[Holder | None]:
    """Holds the lock at `path`; yields the dead holder that it was taken over from, if there was one.

    `Busy` names the living holder and the lock's age when it is not free within `wait` seconds. The
    operating system frees the lock when its holder dies, so none is ever stale.
    """
    with _open(path) as file:
        until = time.monotonic() + wait
        while not _try_lock(file):
            if time.monotonic() >= until:
                raise _busy(read_holder(path))
            time.sleep(0.05)
        left_by = read_holder(path)
        _write(file, {"pid": os.getpid(), "since": time.time()})
        try:
            yield left_by
        finally:
            _write(file, None)


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock now."""
    try:
        file = path.open("r+b")
    except OSError:
        return False
    with file:
        return not _try_lock(file)


def read_holder(path: Path) -> Holder | None:
    """Who wrote the lock last and did not leave it in order."""
    try:
        data = json.loads(path.read_bytes()[:1000])
        return Holder(int(data["pid"]), float(data["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _open(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    except OSError as error:
        raise CannotWrite(path, error) from None


def _write(file: IO[bytes], data: dict[str, float] | None) -> None:
    with suppress(OSError):  # the lock is held whether or not a full disk takes the holder's name
        file.seek(0)
        file.truncate()
        if data is not None:
            file.write(json.dumps(data).encode())


def _busy(holder: Holder | None) -> Busy:
    who = (
        f"process {holder.pid}, for {max(time.time() - holder.since, 0):.0f} s"
        if holder
        else "another process"
    )
    return Busy(f"A refresh is running already ({who}).", "Wait for it, or end that process; then try again.")
