"""Sections → a new, immutable index folder, from nothing or from the folder of the version before."""

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

from whoosh.filedb.filestore import Storage
from whoosh.index import FileIndex
from whoosh.reading import IndexReader
from whoosh.writing import SegmentWriter

from maestro_indexer.manifests import (
    READING,
    SnapshotManifest,
    StoredFile,
    describe_file,
    read_snapshot_manifest,
    write_snapshot_manifest,
)
from maestro_indexer.model import Counts, IndexedSnapshot
from maestro_indexer.schema import document_key, make_document, make_schema
from maestro_indexer.snapshots import FORMAT
from maestro_indexer.storage import FolderStorage, spills_at
from maestro_knowledge.core.records import dataclass, fields
from maestro_knowledge.vault.model import Contents, PageContents, Section, SourceRef

MAX_SEGMENTS = 8
MAX_REPLACED = 0.25

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What must change in an index: keys of documents that go, sections that come."""

    gone: tuple[str, ...]
    new: tuple[Section, ...]


def count_contents(contents: Contents) -> Counts:
    """How much was read."""
    return Counts(contents.page_count, contents.section_count, contents.example_count, contents.symbol_count)


def build_index(storage: Storage, sections: Sequence[Section], progress: Progress | None = None) -> None:
    """Writes a new index of the sections into the storage, as one segment."""
    index = FileIndex.create(storage, make_schema())
    _write(index, Difference((), tuple(sections)), progress)


def extend_index(folder: Path, base: Path, difference: Difference, progress: Progress | None = None) -> None:
    """Writes into `folder` the index in `base` with the difference applied; `base` stays as it is."""
    for path in sorted(base.iterdir()):
        if path.suffix in {".seg", ".toc"}:
            _share(path, folder / path.name)
    _write(FileIndex(FolderStorage(folder)), difference, progress)


def can_extend(base: Path, difference: Difference, total: int) -> bool:
    """Whether changing the index in `base` is wiser than building it anew."""
    segments = sum(path.suffix == ".seg" for path in base.iterdir())
    changed = len(difference.gone) + len(difference.new)
    return segments < MAX_SEGMENTS and changed <= MAX_REPLACED * max(total, 1)


def distinct_sections(pages: Iterable[PageContents]) -> tuple[Section, ...]:
    """Every section once: of two with one id, the first."""
    return tuple(_by_key(pages).values())


def find_difference(old: Iterable[PageContents], new: Iterable[PageContents]) -> Difference:
    """Which documents change between two readings, whatever version and commit they carry."""
    before, after = _by_key(old), _by_key(new)
    changed = tuple(key for key, section in after.items() if not _is_same(before.get(key), section))
    gone = tuple(key for key in before if key not in after) + tuple(key for key in changed if key in before)
    return Difference(tuple(sorted(gone)), tuple(after[key] for key in changed))


def seal(folder: Path, info: IndexedSnapshot, base: Path | None = None) -> None:
    """Flushes every file of the snapshot to disk and writes the manifest that makes it one.

    The files that it shares with the snapshot in `base` were flushed and described for that one.
    """
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".seg", ".toc"} and path.name != READING:
            _drop(path)
    known = read_snapshot_manifest(base).files if base else {}
    files: dict[str, StoredFile] = {}
    for path in sorted(folder.iterdir()):
        if base and path.name in known and path.samefile(base / path.name):
            files[path.name] = known[path.name]
        else:
            files[path.name] = describe_file(path)
            _flush(path)
    write_snapshot_manifest(folder, SnapshotManifest(FORMAT, info, files))


# Everything of a section but the version and the commit that it was read at.
_essence = attrgetter(
    *(f.name for f in fields(Section) if f.name != "source"),
    *(f"source.{f.name}" for f in fields(SourceRef) if f.name not in {"version", "commit"}),
)


def _by_key(pages: Iterable[PageContents]) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    for page in pages:
        for section in page.sections:
            sections.setdefault(document_key(section), section)
    return sections


def _is_same(old: Section | None, new: Section) -> bool:
    """Whether the two say the same; pages taken from the last reading hold the very sections."""
    return old is new or (old is not None and _essence(old) == _essence(new))


def _write(index: FileIndex, difference: Difference, progress: Progress | None) -> None:
    writer = SegmentWriter(index, limitmb=spills_at(index.storage))
    try:
        _delete(writer, difference.gone)
        for number, section in enumerate(difference.new, 1):
            writer.add_document(**make_document(section))
            if progress:
                progress(number, len(difference.new))
        writer.commit(merge=False)
    except BaseException:
        with suppress(Exception):  # what is half written lies under a temporary name anyway
            writer.cancel()
        raise


def _delete(writer: SegmentWriter, keys: Sequence[str]) -> None:
    if not keys:
        return
    reader: IndexReader = writer.reader()
    try:
        for key in keys:
            for number in list(reader.postings("key", key).all_ids()):
                writer.delete_document(number)
    finally:
        reader.close()


def _share(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(path, target)


def _drop(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
