"""Where Whoosh writes while an index is built: a folder, or the memory of this process."""

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage, Storage

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


class MemoryStorage(RamStorage):  # type: ignore[misc] # Whoosh has no types
    """Memory for the writer's scratch files too, where Whoosh would make a folder."""

    def temp_storage(self, name: str | None = None) -> Any:
        """Scratch space; nothing is spilled to it, for Whoosh could not read it back."""
        del name
        return RamStorage()


def spills_at(storage: Storage) -> int:
    """How many megabytes of postings are held before they are written to scratch files."""
    return NO_SPILL_MB if isinstance(storage, RamStorage) else SPILL_MB
