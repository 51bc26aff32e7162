"""One snapshot's postings, out of Whoosh: which sections there are, and which terms say how much about them.

Whoosh keeps them; a term's postings are read from it the first time someone asks for the term, and the
scoring is ours.
"""

import json
import threading
from array import array
from functools import cached_property
from typing import NamedTuple

from whoosh.reading import IndexReader, TermNotFound

from maestro_indexer.schema import PAIRS_FIELD, ROW_FIELD, SURFACE_FIELD, TERMS_FIELD, section_of
from maestro_indexer.snapshots import OpenSnapshot
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import Kind
from maestro_knowledge.vault.model import Place, Section

_MEMO = "postings"


class Row(NamedTuple):
    """What ranking needs to know of a section, without its text."""

    document: int
    kind: Kind
    id: str
    title: str
    length: float
    order: int
    place: Place | None
    cites: tuple[Place, ...] = ()

    @property
    def name(self) -> tuple[str, str]:
        """What it is called, to put rows in an order that is always the same."""
        return self.kind, self.id

    @property
    def page(self) -> str:
        """The page it stands on: the published one, else its own."""
        return self.place.path if self.place else f"{self.kind}:{self.id.partition('#')[0]}"


@dataclass(frozen=True, slots=True)
class Posting:
    """Where a term stands: positions in `rows`, and its weight there."""

    rows: "array[int]"
    weights: "array[float]"


EMPTY = Posting(array("I"), array("d"))


class Postings:
    """The sections and terms of one open snapshot; safe to share between threads."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], Posting] = {}
        self.rows = _read_rows(reader)
        self._position = {row.document: position for position, row in enumerate(self.rows)}

    def term(self, text: str) -> Posting:
        """The postings of a term of the fused field."""
        return self._posting(TERMS_FIELD, text)

    def pair(self, text: str) -> Posting:
        """The postings of two words that stand together."""
        return self._posting(PAIRS_FIELD, text)

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """Which kinds of section there are."""
        return frozenset(row.kind for row in self.rows)

    def words_beginning(self, letter: str) -> tuple[str, ...]:
        """The words as written that begin with this letter."""
        with self._lock:
            found = self._reader.expand_prefix(SURFACE_FIELD, letter)
            return tuple(word.decode("utf-8") for word in found)

    def count_word(self, word: str) -> int:
        """In how many sections a word stands as written; deleted ones may count."""
        with self._lock:
            return int(self._reader.doc_frequency(SURFACE_FIELD, word))

    def read_section(self, row: Row) -> Section:
        """The whole section of a row, as it was indexed."""
        with self._lock:
            return section_of(self._reader.stored_fields(row.document))

    def _posting(self, field: str, text: str) -> Posting:
        key = (field, text)
        found = self._read.get(key)
        if found is None:
            with self._lock:
                found = self._read_posting(field, text)
            if found is not EMPTY:  # what anybody may ask for must not pile up
                self._read[key] = found
        return found

    def _read_posting(self, field: str, text: str) -> Posting:
        try:
            matcher = self._reader.postings(field, text)
        except TermNotFound:
            return EMPTY
        rows, weights = array("I"), array("d")
        while matcher.is_active():
            rows.append(self._position[matcher.id()])
            weights.append(matcher.weight())
            matcher.next()
        return Posting(rows, weights)


def postings_of(snapshot: OpenSnapshot) -> Postings:
    """The postings of a snapshot, made once."""
    return snapshot.memo(_MEMO, lambda: Postings(snapshot.reader))


def _read_rows(reader: IndexReader) -> tuple[Row, ...]:
    """Every section that was not deleted, in an order that does not depend on how the index was written."""
    column = reader.column_reader(ROW_FIELD)
    rows = [_read_row(document, column[document]) for document in reader.all_doc_ids()]
    return tuple(sorted(rows, key=lambda row: row.name))


def _read_row(document: int, raw: bytes) -> Row:
    kind, section_id, title, length, order, is_own, where = json.loads(raw)
    places = tuple(Place(path, anchor) for path, anchor in where)
    place, cites = (places[0], ()) if is_own else (None, places)
    return Row(document, kind, section_id, title, length, order, place, cites)
