"""What was read from a source → a snapshot in its place, whole and checked."""

import hashlib
import re
import shutil
import tempfile
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import cast

from whoosh.index import FileIndex
from whoosh.reading import IndexReader

from maestro_indexer.build import (
    build_index,
    can_extend,
    count_contents,
    distinct_sections,
    extend_index,
    find_difference,
    seal,
)
from maestro_indexer.checks import check_build
from maestro_indexer.generations import Generations
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.progress import Progress, silent
from maestro_indexer.readings import Reading, save_reading
from maestro_indexer.snapshots import FORMAT, OpenSnapshot, open_sealed
from maestro_indexer.storage import FolderStorage, MemoryStorage
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.vault.model import Contents, Snapshot

INDEXING = "indexing"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._+]+")
_AGAIN = "~"


@dataclass(frozen=True, slots=True)
class Last:
    """The folder of an earlier snapshot of the same source, and what was read for it."""

    folder: Path
    reading: Reading


def make_key(snapshot: Snapshot, made_by: str) -> str:
    """The name of the snapshot's folder: readable, and another one for whatever would be read otherwise."""
    where = snapshot.location if snapshot.layer == "git" else ""  # elsewhere a version is the same everywhere
    given = (snapshot.name, snapshot.layer, snapshot.version, snapshot.commit, where)
    digest = hashlib.sha256("\0".join((*given, made_by, FORMAT)).encode()).hexdigest()[:10]
    words = (snapshot.name, snapshot.version, snapshot.layer, snapshot.commit[:7], digest)
    return "-".join(_NOT_IN_A_NAME.sub("_", word)[:40].lstrip(".") for word in words if word)


def describe(contents: Contents, *, key: str, ref: str, indexed_at: str, made_by: str) -> IndexedSnapshot:
    """What the manifests say of a snapshot with these contents."""
    snapshot = contents.snapshot
    return IndexedSnapshot(
        key=key,
        name=snapshot.name,
        layer=snapshot.layer,
        version=snapshot.version,
        commit=snapshot.commit,
        committed_at=snapshot.committed_at,
        indexed_at=indexed_at,
        location=snapshot.location,
        counts=count_contents(contents),
        ref=ref,
        made_by=made_by,
    )


def is_made_as(info: IndexedSnapshot, key: str) -> bool:
    """Whether the snapshot holds what `make_key` gave this key for."""
    return info.key.partition(_AGAIN)[0] == key


def free_key(generations: Generations, key: str) -> str:
    """The key itself, or with a number behind it where a folder has that name: none is ever changed."""
    names = chain((key,), (f"{key}{_AGAIN}{number}" for number in count(2)))
    return next(name for name in names if not (generations.snapshots / name).exists())


def add_snapshot(
    generations: Generations,
    contents: Contents,
    info: IndexedSnapshot,
    *,
    last: Last | None = None,
    progress: Progress = silent,
) -> None:
    """Puts the snapshot's folder in place, made from that of the last one where that is less work.

    Nothing is published by that. A process that is killed leaves what it built under `building/` only.
    """
    generations.make_folders()
    if last:
        # What the last one got wrong, its successor would inherit: then it is made from nothing.
        with suppress(IndexMissing):
            _add(generations, contents, info, last, progress)
            return
    _add(generations, contents, info, None, progress)


def _add(
    generations: Generations, contents: Contents, info: IndexedSnapshot, last: Last | None, progress: Progress
) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"{info.key}.", dir=generations.building))
    try:
        _write_index(folder, contents, last, progress)
        save_reading(folder, contents, last.reading if last else None)
        seal(folder, info, last.folder if last else None)
        check_build(open_sealed(folder, info), contents.sections)
        folder.rename(generations.snapshots / info.key)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def hold_in_memory(contents: Contents, info: IndexedSnapshot) -> OpenSnapshot:
    """The snapshot in this process alone, without a file."""
    storage = MemoryStorage()
    build_index(storage, distinct_sections(contents.pages))
    snapshot = OpenSnapshot(info, cast("IndexReader", FileIndex(storage).reader()), lambda: contents)
    check_build(snapshot, contents.sections)
    return snapshot


def _write_index(folder: Path, contents: Contents, last: Last | None, progress: Progress) -> None:
    def show(done: int, total: int) -> None:
        progress(INDEXING, done, total)

    if last:
        difference = find_difference(last.reading.contents.pages, contents.pages)
        if can_extend(last.folder, difference, len(contents.sections)):
            extend_index(folder, last.folder, difference, show)
            return
    build_index(FolderStorage(folder), distinct_sections(contents.pages), show)
