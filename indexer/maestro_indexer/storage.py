"""Where Whoosh reads and writes: a folder, or the memory of this process."""

import io
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage, Storage
from whoosh.filedb.structfile import StructFile

SPILL_MB = 64
NO_SPILL_MB = 4096


class FolderStorage(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """A folder that remembers which files it does not have.

    For every posting Whoosh looks for a file of field lengths that most of our fields lack: on disk that
    is a fifth of the time that an index takes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._absent: set[str] = set()

    def file_exists(self, name: str) -> bool:
        """Whether the file is there."""
        if name in self._absent:
            return False
        if super().file_exists(name):
            return True
        self._absent.add(name)
        return False

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **kwargs: Any) -> Any:
        """The new file, open for writing."""
        self._absent.discard(name)
        return super().create_file(name, excl, mode, **kwargs)


class PublishedStorage(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """A folder that is only read, piece by piece: its files stay open and do not come into memory.

    Whoosh would map every segment and copy what it mapped, which takes twice its size and saves no time.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """The file, open for reading until nobody holds it."""
        return StructFile(_BufferedFile(_RawFile(self._fpath(name))), name=name, **kwargs)


class _RawFile(io.FileIO):
    """A file that closes when it is dropped: nobody knows who the last is to hold a reader of Whoosh."""

    def __del__(self) -> None:
        self.close()


class _BufferedFile(io.BufferedReader):
    """The same, read by the block."""

    def __del__(self) -> None:
        self.close()


class MemoryStorage(RamStorage):  # type: ignore[misc] # Whoosh has no types
    """Memory for the writer's scratch files too, where Whoosh would make a folder."""

    def temp_storage(self, name: str | None = None) -> Any:
        """Scratch space; nothing is spilled to it, for Whoosh could not read it back."""
        del name
        return RamStorage()


def spills_at(storage: Storage) -> int:
    """How many megabytes of postings are held before they are written to scratch files."""
    return NO_SPILL_MB if isinstance(storage, RamStorage) else SPILL_MB
