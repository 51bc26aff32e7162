"""Several snapshots as one collection: merged statistics, one ranking for all layers."""

import math
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from maestro_indexer.nearest import Names, names_of
from maestro_indexer.postings import Posting, Postings, Row, postings_of
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.sorts import SKILL, Sort, sort_of
from maestro_indexer.spelling import Speller
from maestro_indexer.weights import telling_words
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE, make_ref
from maestro_knowledge.vault.model import PER_SOURCE, Place, Section

K1 = 1.2
B = 0.75
MAX_MISSES = 4_000


@dataclass(frozen=True, slots=True)
class Share:
    """What of a snapshot takes part: all of it, or what `takes` says yes to; `prior` weighs its answers."""

    snapshot: OpenSnapshot
    takes: Callable[[Row], bool] | None = None
    prior: float = 1.0


@dataclass(frozen=True, slots=True)
class Impacts:
    """What a term adds to the sections it stands in: their numbers in order, impacts, and its rarity."""

    documents: "array[int]"
    values: "array[float]"
    rarity: float


class Corpus:
    """The sections of some snapshots, numbered from 0; safe to share between threads."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self.shares = tuple(shares)
        self._lock = threading.Lock()
        self._impacts: dict[str, Impacts] = {}
        self._pairs: dict[str, Impacts] = {}
        self._misses = 0
        self._parts: list[tuple[Postings, array[int]]] = []
        rows: list[Row] = []
        owners: list[int] = []
        for owner, share in enumerate(self.shares):
            numbers = array("i")
            postings = postings_of(share.snapshot)
            for row in postings.rows:
                taken = share.takes is None or share.takes(row)
                numbers.append(len(rows) if taken else -1)
                if taken:
                    rows.append(row)
                    owners.append(owner)
            self._parts.append((postings, numbers))
        self.rows = tuple(rows)
        self._owners = array("B", owners)
        average = math.fsum(row.length for row in rows) / max(len(rows), 1) or 1.0
        self._nothing = Impacts(array("I"), array("d"), self.rarity(0))
        self._norms = array("d", (K1 * (1 - B + B * row.length / average) for row in rows))

    def __len__(self) -> int:
        return len(self.rows)

    def share(self, document: int) -> Share:
        """Where a section comes from."""
        return self.shares[self._owners[document]]

    def source(self, document: int) -> str:
        """The name of the source that a section is of."""
        return self.share(document).snapshot.info.name

    def ref(self, document: int) -> str:
        """The ref of a section, in the version that is searched."""
        row = self.rows[document]
        ours = row.kind not in PER_SOURCE or self.share(document).snapshot.info.layer == "embedded"
        source = DEFAULT_SOURCE if ours else self.source(document)
        return make_ref(row.kind, row.id, source=source)

    def read_section(self, document: int) -> Section:
        """The whole section, stamped with the version of the snapshot it was found in."""
        owner = self._owners[document]
        section = self._parts[owner][0].read_section(self.rows[document])
        return self.shares[owner].snapshot.restamp(section)

    def impacts(self, term: str) -> Impacts:
        """What the term adds where it stands."""
        return self._cached(self._impacts, term, lambda postings: postings.term(term), weighed=True)

    def pair(self, pair: str) -> Impacts:
        """Where two words stand together in a heading."""
        return self._cached(self._pairs, pair, lambda postings: postings.pair(pair), weighed=False)

    def rarity(self, count: int) -> float:
        """The inverse document frequency of what stands in `count` sections."""
        total = len(self.rows)
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    @cached_property
    def sorts(self) -> tuple[tuple[Sort, ...], "array[int]"]:
        """The different sorts of section there are, and the number of its sort for each section."""
        sorts: dict[Sort, int] = {}
        numbers = array("H")
        for row, owner in zip(self.rows, self._owners, strict=True):
            numbers.append(sorts.setdefault(sort_of(row, self.shares[owner].prior), len(sorts)))
        return tuple(sorts), numbers

    @cached_property
    def has_documentation(self) -> bool:
        """Whether the framework's documentation is among it, and not only our pages and the packages."""
        infos = (share.snapshot.info for share in self.shares)
        return any(info.layer in {"git", "sdist"} and info.counts.pages for info in infos)

    def is_signpost(self, document: int) -> bool:
        """Whether it only leads to the documentation, which is not indexed."""
        row = self.rows[document]
        return row.kind == "docs" and not self.has_documentation and not row.id.startswith(SKILL)

    @cached_property
    def pages(self) -> "array[int]":
        """The number of the page of each section."""
        numbers: dict[str, int] = {}
        return array("I", (numbers.setdefault(row.page, len(numbers)) for row in self.rows))

    @cached_property
    def by_place(self) -> Mapping[Place, int]:
        """The section of the documentation at each place."""
        return {
            row.place: number
            for number, row in enumerate(self.rows)
            if row.place is not None and row.kind in {"docs", "release"}
        }

    @cached_property
    def titles(self) -> tuple[frozenset[str], ...]:
        """The stems in the title of each section."""
        stems: dict[str, frozenset[str]] = {}
        for row in self.rows:
            if row.title not in stems:
                stems[row.title] = frozenset(s for word in telling_words(row.title) for s in word.stems)
        return tuple(stems[row.title] for row in self.rows)

    @cached_property
    def symbols(self) -> Mapping[str, int]:
        """The symbols whose name is no plain word, by its last part; of several the outermost."""
        found: dict[str, int] = {}
        for number, row in enumerate(self.rows):
            last = row.id.rpartition(".")[2]
            if row.kind == "api" and ("_" in last or last != last.lower()):
                other = found.setdefault(last, number)
                if row.id.count(".") < self.rows[other].id.count("."):
                    found[last] = number
        return found

    @cached_property
    def releases(self) -> Mapping[str, tuple[int, ...]]:
        """The sections on each release of the main source, by its version, and without its last number."""
        found: dict[str, tuple[int, ...]] = {}
        for number, row in enumerate(self.rows):
            if row.kind == "release" and self._owners[number] == 0:
                for version in (row.id, row.id.rpartition(".")[0]):
                    found[version] = (*found.get(version, ()), number)
        return found

    @cached_property
    def names(self) -> Names:
        """Every ref by its words, to find what a wrong one meant."""
        return names_of((self.ref(number), row.kind, row.id) for number, row in enumerate(self.rows))

    @cached_property
    def speller(self) -> Speller:
        """What mends words that stand nowhere."""
        parts = [postings for postings, _ in self._parts]
        return Speller(
            lambda letter: {word for postings in parts for word in postings.words_beginning(letter)},
            lambda word: sum(postings.count_word(word) for postings in parts),
        )

    def _cached(
        self, cache: dict[str, Impacts], key: str, find: Callable[[Postings], Posting], *, weighed: bool
    ) -> Impacts:
        found = cache.get(key)
        if found is None:
            parts = ((numbers, find(postings)) for postings, numbers in self._parts)
            found = self._merge(parts, weighed=weighed)
            with self._lock:
                if not found.documents:
                    self._count_miss()
                    found = self._nothing
                cache[key] = found
        return found

    def _count_miss(self) -> None:
        """Remembers that something is nowhere, but not everything that anybody may ever ask for."""
        self._misses += 1
        if self._misses > MAX_MISSES:
            self._misses = 0
            for cache in (self._impacts, self._pairs):
                for key in [key for key, found in cache.items() if found is self._nothing]:
                    del cache[key]

    def _merge(self, parts: Iterable[tuple["array[int]", Posting]], *, weighed: bool) -> Impacts:
        found = sorted(
            (numbers[row], weight)
            for numbers, posting in parts
            for row, weight in zip(posting.rows, posting.weights, strict=True)
            if numbers[row] >= 0
        )
        saturated = (weight * (K1 + 1) / (weight + self._norms[number]) for number, weight in found)
        return Impacts(
            array("I", (number for number, _ in found)),
            array("d", saturated if weighed else (1.0 for _ in found)),
            self.rarity(len(found)),
        )
