"""A disk that is full when a test says so: a real one where the test may mount it, else a bound on files."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

SIZE = "64m"


class Disk(Protocol):
    """Holds the home of a server."""

    folder: Path
    tears_logs: bool

    def fill(self, process: int) -> None:
        """From now on the server can write nothing more."""
        ...

    def free(self, process: int) -> None:
        """It can again."""
        ...

    def is_felt(self, log: Path) -> bool:
        """Whether the server has met the end of the disk."""
        ...


class MountedDisk:
    """A file system of its own, filled to the last byte."""

    tears_logs = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, _: int) -> None:
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self, _: int) -> None:
        self._ballast.unlink()

    def is_felt(self, log: Path) -> bool:
        return "No space left" in log.read_text()


class BoundedFiles:
    """No file may grow beyond a few bytes: for whoever writes the index it is what a full disk is."""

    tears_logs = True  # the log is a file under the same bound

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, process: int) -> None:
        _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (2_000, most))

    def free(self, process: int) -> None:
        _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, most))

    def is_felt(self, _: Path) -> bool:
        return next(self.folder.glob("**/building"), None) is not None


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A mounted one below the folder; says why where that cannot be."""
    folder.mkdir()
    why = _mount(folder)
    if why:
        print(f"files are bounded instead of a disk filled: {why}")
        yield BoundedFiles(folder)
        return
    try:
        yield MountedDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=30)


def _mount(folder: Path) -> str:
    """Why no file system can be mounted there; empty once one is."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        return "only root on Linux may mount"
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    return done.stderr.strip() if done.returncode else ""
