"""What stands around a section: before, after, above and below it, its examples and its symbols."""

import re
from collections.abc import Iterator, Sequence

from maestro_indexer.corpus import Corpus
from maestro_indexer.directory import Directory, page_of
from maestro_indexer.lookup import Found
from maestro_indexer.postings import Row
from maestro_indexer.query import read_query
from maestro_indexer.ranking import rank
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE, Kind, make_ref
from maestro_knowledge.vault.model import PER_SOURCE, Section

MOST = 6
LONGEST = 40_000
EXPLAINED = 3

_CODE = re.compile(r"```.{1,20000}?```|`[^`\n]{1,200}`", re.DOTALL)
_NAME = re.compile(r"\b[A-Za-z_]\w{1,60}\b")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A ref and what it is called."""

    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The surroundings of what was found; what there is not is empty."""

    previous: Neighbour | None = None
    next: Neighbour | None = None
    parent: Neighbour | None = None
    children: tuple[Neighbour, ...] = ()
    examples: tuple[Neighbour, ...] = ()
    symbols: tuple[Neighbour, ...] = ()
    explained: tuple[Neighbour, ...] = ()
    related: tuple[str, ...] = ()


def neighbours(found: Found) -> Neighbours:
    """What to read beside what was found."""
    directory, row, section = found.directory, found.row, found.section
    before, after = _beside(directory, row, whole_page=found.is_page)
    version = found.ref.partition("@")[2].partition("#")[0]
    name = _Namer(directory, version)
    page = directory.page(row.kind, page_of(row))
    parent, children = _family(directory, row, section, page)
    return Neighbours(
        previous=name(before),
        next=name(after),
        parent=name(parent),
        children=tuple(neighbour for child in children if (neighbour := name(child))),
        examples=_examples(found, name),
        symbols=_symbols(found),
        explained=_explained(found),
        related=section.related,
    )


def first_release(corpus: Corpus, name: str) -> str:
    """The oldest release whose notes name this identifier, empty when none does."""
    numbers = corpus.impacts(name.lower()).documents
    told = [corpus.rows[number].id for number in numbers if corpus.rows[number].kind == "release"]
    return min(told, key=_release_number, default="")


@dataclass(frozen=True, slots=True)
class _Namer:
    """Gives a row of one snapshot its name."""

    directory: Directory
    version: str

    def __call__(self, row: Row | None) -> Neighbour | None:
        if row is None:
            return None
        source = self.directory.snapshot.info.name if row.kind in PER_SOURCE else DEFAULT_SOURCE
        return Neighbour(make_ref(row.kind, row.id, version=self.version, source=source), row.title)


def _beside(directory: Directory, row: Row, *, whole_page: bool) -> tuple[Row | None, Row | None]:
    """The rows before and after: of a page the pages, of a section the sections of its page."""
    if whole_page:
        firsts = [rows[0] for (kind, _), rows in directory.by_page.items() if kind == row.kind]
        ordered: Sequence[Row] = sorted(firsts, key=lambda first: (first.order, first.id))
        place = next((n for n, first in enumerate(ordered) if page_of(first) == page_of(row)), -1)
    else:
        ordered = directory.page(row.kind, page_of(row))
        if row.kind == "release":
            ordered = sorted(
                (r for (kind, _), r in directory.by_id.items() if kind == "release"),
                key=lambda r: _release_number(r.id),
            )
        place = next((n for n, other in enumerate(ordered) if other.id == row.id), -1)
    if place < 0:
        return None, None
    before = ordered[place - 1] if place else None
    return before, ordered[place + 1] if place + 1 < len(ordered) else None


def _family(
    directory: Directory, row: Row, section: Section, page: Sequence[Row]
) -> tuple[Row | None, list[Row]]:
    """The section above on the page, and those directly below."""
    if row.kind not in {"docs", "guide", "rule"} or len(page) < 2:
        return None, []
    below = (*section.trail, section.title)
    sections = [(other, directory.read(other)) for other in page]
    children = [other for other, read in sections if read.trail == below]
    above = [
        other
        for other, read in sections
        if section.trail and (*read.trail, read.title) == section.trail and other.order < row.order
    ]
    return (above[-1] if above else None), children


def _examples(found: Found, name: _Namer) -> tuple[Neighbour, ...]:
    """The runnable examples that the section shows, or that a page's sections show."""
    places = {section.place for section in found.sections if section.place}
    if found.row.kind != "docs":
        return ()
    rows = sorted(
        (
            row
            for (kind, _), row in found.directory.by_id.items()
            if kind == "example" and row.place in places
        ),
        key=lambda row: row.id,
    )
    return tuple(neighbour for row in rows[:MOST] if (neighbour := name(row)))


def _symbols(found: Found) -> tuple[Neighbour, ...]:
    """The symbols of the API that the code and the words of the section name, the rarest first."""
    if found.row.kind == "api":
        return tuple(_members(found))
    corpus = found.chosen.corpus
    named: dict[int, float] = {}
    for section in found.sections:
        for code in _CODE.findall(section.body[:LONGEST]):
            for name in _NAME.findall(code):
                number = corpus.symbols.get(name)
                if number is not None:
                    named[number] = corpus.impacts(name.lower()).rarity
    rarest = sorted(named, key=lambda number: (-named[number], corpus.rows[number].id))[:MOST]
    return tuple(_of_corpus(corpus, number) for number in sorted(rarest, key=lambda n: corpus.rows[n].id))


def _members(found: Found) -> Iterator[Neighbour]:
    begin = f"{found.row.id}."
    ids = (i for kind, i in found.directory.by_id if kind == "api")
    for member in sorted(i for i in ids if i.startswith(begin) and "." not in i[len(begin) :])[:40]:
        yield Neighbour(make_ref("api", member, source=found.info.name), member)


def _explained(found: Found) -> tuple[Neighbour, ...]:
    """The sections of the documentation that say most about a symbol."""
    if found.row.kind != "api":
        return ()
    corpus = found.chosen.corpus
    last = found.row.id.rpartition(".")[2]
    kinds: tuple[Kind, ...] = ("docs", "guide")
    hits = [hit for kind in kinds for hit in rank(corpus, read_query(last, corpus), kind)[:EXPLAINED]]
    telling = [hit for hit in hits if not corpus.rows[hit.document].page.startswith("reference/")]
    best = sorted(telling, key=lambda hit: (-hit.score, hit.document))[:EXPLAINED]
    return tuple(_of_corpus(corpus, hit.document) for hit in best)


def _of_corpus(corpus: Corpus, number: int) -> Neighbour:
    return Neighbour(corpus.ref(number), corpus.rows[number].title)


def _release_number(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
