"""One immutable index folder, opened: its reader, and what others derive from it."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from whoosh import __version__ as whoosh_version
from whoosh.index import FileIndex
from whoosh.reading import IndexReader

from maestro_indexer.manifests import READING, describe_file, read_snapshot_manifest
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.readings import READING_FORMAT, load_reading
from maestro_indexer.schema import SCHEMA_VERSION
from maestro_indexer.storage import PublishedStorage
from maestro_knowledge.core.errors import IndexMissing, MaestroError
from maestro_knowledge.core.records import replace
from maestro_knowledge.vault.model import Contents, Section

Derived = TypeVar("Derived")

# Whoosh pickles the schema by the names of its classes, so that only the same schema and Whoosh may read it.
_WHOOSH = ".".join(str(part) for part in whoosh_version)
FORMAT = f"schema {SCHEMA_VERSION}, reading {READING_FORMAT}, whoosh {_WHOOSH}"


class OpenSnapshot:
    """A snapshot that is being read; it stays whole while held, even when its folder is pruned.

    Whoosh's readers seek in files that they share: only one thread at a time may use `reader`.
    """

    def __init__(
        self,
        info: IndexedSnapshot,
        reader: IndexReader,
        read: Callable[[], Contents],
        folder: Path | None = None,
    ) -> None:
        self.info = info
        self.reader = reader
        self.folder = folder
        self._read = read
        self._memo: dict[str, Any] = {}
        self._lock = threading.RLock()

    def described_as(self, info: IndexedSnapshot) -> "OpenSnapshot":
        """The same snapshot, with what was derived from it, as another generation lists it."""
        if info == self.info:
            return self
        same = OpenSnapshot(info, self.reader, self._read, self.folder)
        same._memo, same._lock = self._memo, self._lock
        return same

    def memo(self, name: str, make: Callable[[], Derived]) -> Derived:
        """What `make` returns, made once for this snapshot and kept as long as it is open."""
        if name not in self._memo:
            with self._lock:
                if name not in self._memo:
                    self._memo[name] = make()
        return cast("Derived", self._memo[name])

    @property
    def contents(self) -> Contents:
        """All that was read for it, releases and symbols with their parameters too; loaded at each call."""
        return self._read()

    def restamp(self, section: Section) -> Section:
        """The section with this snapshot's version and commit: an unchanged page is indexed only once."""
        source = section.source
        if (source.version, source.commit) == (self.info.version, self.info.commit):
            return section
        return replace(section, source=replace(source, version=self.info.version, commit=self.info.commit))


def open_snapshot(folder: Path, info: IndexedSnapshot) -> OpenSnapshot:
    """The snapshot in `folder`, its files checked against the manifest, or `IndexMissing`."""
    check_private(folder)
    check_snapshot(folder)
    return open_sealed(folder, info)


def open_sealed(folder: Path, info: IndexedSnapshot) -> OpenSnapshot:
    """The snapshot in a folder whose files were compared with its manifest, or written with it, just now."""
    try:
        reader = cast("IndexReader", FileIndex(PublishedStorage(folder)).reader())
    except MaestroError:
        raise
    except Exception as error:  # Whoosh and pickle raise whatever a damaged file leads them to
        raise _broken(folder, f"Whoosh cannot open it ({type(error).__name__})") from error
    return OpenSnapshot(info, reader, lambda: load_reading(folder), folder)


def check_snapshot(folder: Path, *, thorough: bool = False) -> None:
    """Raises `IndexMissing` when a file is missing, cut or changed; `thorough` reads every last one."""
    manifest = read_snapshot_manifest(folder)
    if manifest.format != FORMAT:
        raise _broken(folder, f"it was written for {manifest.format}, this is {FORMAT}")
    for name, expected in sorted(manifest.files.items()):
        if name == READING and not thorough:
            continue
        try:
            found = describe_file(folder / name)
        except OSError as error:
            raise _broken(folder, f"{name}: {error.strerror}") from None
        if found != expected:
            raise _broken(folder, f"{name} is damaged ({found.size} of {expected.size} bytes)")


def check_private(folder: Path) -> None:
    """Raises `IndexMissing` when someone else could have written the index: opening it unpickles."""
    if os.name != "posix":
        return
    for place in (folder, folder.parent):
        try:
            status = place.stat()
        except OSError as error:
            raise _broken(folder, error.strerror or "it cannot be read") from None
        if status.st_uid not in {0, os.geteuid()} or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise _broken(folder, "other users may write to it")


def _broken(folder: Path, why: str) -> IndexMissing:
    return IndexMissing(f"The index of {folder.name} is not usable: {why}.", "Run `indexer refresh --force`.")
