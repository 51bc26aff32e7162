"""Is an index what it should be? Asked before it is published, and again by `indexer verify`."""

from collections.abc import Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path

from whoosh.reading import IndexReader

from maestro_indexer.manifests import read_snapshot_manifest
from maestro_indexer.model import Counts, IndexedSnapshot
from maestro_indexer.schema import TERMS_FIELD, document_key, section_of
from maestro_indexer.snapshots import OpenSnapshot, check_snapshot, open_snapshot
from maestro_indexer.weights import weigh
from maestro_knowledge.core.errors import Conflict, IndexMissing, MaestroError
from maestro_knowledge.vault.model import Section

QUESTIONS = 12
WORDS = 3
_shown = attrgetter("id", "kind", "title", "trail", "body", "code")
SHRINKS_TO = 0.5


def check_build(snapshot: OpenSnapshot, sections: Sequence[Section]) -> None:
    """Raises `IndexMissing` unless the index holds these sections and finds some of them by their words."""
    expected, found = len({document_key(section) for section in sections}), snapshot.reader.doc_count()
    if found != expected:
        raise _wrong(snapshot, f"{found} sections where {expected} were read")
    step = max(-(-len(sections) // QUESTIONS), 1)
    for section in islice(sections, 0, None, step):
        _ask(snapshot, section)


def check_size(new: IndexedSnapshot, last: IndexedSnapshot | None) -> None:
    """Raises `Conflict` when a source lost most of what it held: that is rather a fault than a release."""
    if last is None:
        return
    for what in ("pages", "sections"):
        now, before = getattr(new.counts, what), getattr(last.counts, what)
        if now < before * SHRINKS_TO:
            raise Conflict(
                f"{new.name} {new.version} has {now} {what} where {last.version} has {before}.",
                "The last index is kept; `indexer refresh --force` publishes it all the same.",
            )


def verify_snapshot(folder: Path, info: IndexedSnapshot) -> str:
    """What is wrong with a published snapshot, file by file and question by question; else empty."""
    try:
        check_snapshot(folder, thorough=True)
        snapshot = open_snapshot(folder, info)
        contents = snapshot.contents
        check_build(snapshot, contents.sections)
        if read_snapshot_manifest(folder).info.counts != info.counts:
            raise _wrong(snapshot, "its manifest counts otherwise")
    except MaestroError as error:
        return error.message
    return ""


def sum_counts(snapshots: Sequence[IndexedSnapshot]) -> Counts:
    """What several snapshots hold together."""
    return sum((snapshot.counts for snapshot in snapshots), Counts())


def _ask(snapshot: OpenSnapshot, section: Section) -> None:
    """Looks the section up by its key and by some of its words."""
    reader, key = snapshot.reader, document_key(section)
    numbers = set(reader.postings("key", key).all_ids()) if ("key", key) in reader else set()
    if len(numbers) != 1:
        raise _wrong(snapshot, f"{key} is there {len(numbers)} times")
    (number,) = numbers
    if _shown(section_of(reader.stored_fields(number))) != _shown(section):
        raise _wrong(snapshot, f"{key} gives back another section")
    words = sorted(weigh(section).terms)
    for word in words[:: max(len(words) // WORDS, 1)]:
        if not _is_found_by(word, number, reader):
            raise _wrong(snapshot, f"{key} is not found by {word!r}")


def _is_found_by(word: str, number: int, reader: IndexReader) -> bool:
    if (TERMS_FIELD, word) not in reader:
        return False
    matcher = reader.postings(TERMS_FIELD, word)
    matcher.skip_to(number)
    return bool(matcher.is_active() and matcher.id() == number)


def _wrong(snapshot: OpenSnapshot, why: str) -> IndexMissing:
    return IndexMissing(
        f"The index of {snapshot.info.key} is not right: {why}.", "Run `indexer refresh --force`."
    )
