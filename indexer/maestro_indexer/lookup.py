"""Reading by name: a ref → the sections it points at, in the version that was wanted."""

from collections.abc import Iterator

from maestro_indexer.choice import Chosen, choose, exactly
from maestro_indexer.directory import Directory, directory_of, page_of
from maestro_indexer.model import IndexedSnapshot, Wanted
from maestro_indexer.names import read_ref, spellings
from maestro_indexer.postings import Row, postings_of
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.core.errors import NotFound, NotInVersion
from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.core.refs import DEFAULT_SOURCE, Ref, make_ref
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.model import PER_SOURCE, Section


@dataclass(frozen=True, slots=True)
class Found:
    """What a ref points at: one section, or, of a whole page (`is_page`), its sections in order.

    `ref` is its exact name.
    """

    ref: str
    sections: tuple[Section, ...]
    chosen: Chosen
    directory: Directory
    row: Row
    is_page: bool = False

    @property
    def section(self) -> Section:
        """The section itself, of a page its first."""
        return self.sections[0]

    @property
    def info(self) -> IndexedSnapshot:
        """The snapshot that it was found in."""
        return self.directory.snapshot.info


def find(view: View, ref: str, wanted: Wanted) -> Found:
    """What `ref` points at, `NotInVersion` when only another version has it, else `NotFound`."""
    asked = read_ref(ref)
    if asked.version:
        wanted = replace(wanted, version=asked.version, installed="")
    chosen = choose(view, wanted if asked.source == DEFAULT_SOURCE else replace(wanted, version=""))
    for snapshot in _places_to_look(view, chosen, asked):
        directory = directory_of(snapshot)
        row = _resolve(directory, asked)
        if row:
            return _found(view, chosen, directory, row, asked)
    raise _missing(view, chosen, asked)


def name_section(view: View, section: Section) -> str:
    """The ref that reads this section back from anywhere: with its version, when that is not the default."""
    default = choose(view, Wanted())
    source = section.source
    ours = section.kind not in PER_SOURCE or source.layer == "embedded"
    plain = ours or any(
        (snapshot.info.name, snapshot.info.version) == (source.name, source.version)
        for snapshot in default.snapshots
    )
    name = source.name if section.kind in PER_SOURCE else DEFAULT_SOURCE
    return make_ref(section.kind, section.id, version="" if plain else source.version, source=name)


def complete_refs(view: View, kind: str, prefix: str, limit: int = 50) -> tuple[str, ...]:
    """The ids of this kind that begin with, else contain, what was typed; pages before their sections."""
    typed = prefix.lower()
    corpus = choose(view, Wanted()).corpus
    ids = {
        row.id
        for number, row in enumerate(corpus.rows)
        if row.kind == kind
        and typed in row.id.lower()
        and corpus.source(number) in {DEFAULT_SOURCE, "maestro"}
    }
    return tuple(sorted(ids, key=lambda i: (not i.lower().startswith(typed), "#" in i, i))[:limit])


def _places_to_look(view: View, chosen: Chosen, asked: Ref) -> Iterator[OpenSnapshot]:
    """The snapshots that may have it: those of the choice, FastAPI's own before its neighbours'."""
    if asked.source == DEFAULT_SOURCE:
        yield from chosen.snapshots
        return
    if asked.version:
        yield exactly(view.snapshots, asked.source, asked.version)
    yield from (s for s in chosen.snapshots if s.info.name == asked.source)


def _resolve(directory: Directory, asked: Ref) -> Row | None:
    for spelled in dict.fromkeys(spellings(asked)):
        row = directory.find(asked.kind, spelled)
        if row:
            return row
    if asked.kind == "rule":
        return _by_keyword(directory, asked)
    if asked.kind == "api":
        return _by_end(directory, asked.page)
    if asked.kind == "docs" and asked.page.startswith("reference/") and "." in asked.anchor:
        return directory.find("api", asked.anchor)  # a symbol by its entry in the published reference
    return None


def _by_keyword(directory: Directory, asked: Ref) -> Row | None:
    """A rule by its catalogue id, which its page has as a keyword."""
    postings = postings_of(directory.snapshot)
    for position in postings.term(asked.page.lower()).rows:
        row = postings.rows[position]
        if row.kind == "rule" and "#" not in row.id:
            said = {keyword.lower() for keyword in directory.read(row).keywords}
            if asked.page.lower() in said:
                return directory.find("rule", f"{row.id}#{asked.anchor}" if asked.anchor else row.id)
    return None


def _by_end(directory: Directory, name: str) -> Row | None:
    """A symbol by the end of its dotted name, when only one ends so."""
    ending = f".{name}"
    found = [row for (kind, i), row in directory.by_id.items() if kind == "api" and i.endswith(ending)]
    shortest = sorted(found, key=lambda row: (row.id.count("."), row.id))
    alone = len(shortest) == 1 or (shortest and shortest[0].id.count(".") < shortest[1].id.count("."))
    return shortest[0] if alone else None


def _found(view: View, chosen: Chosen, directory: Directory, row: Row, asked: Ref) -> Found:
    is_page = not asked.anchor and row.kind in {"docs", "guide", "rule"}
    rows = directory.page(row.kind, page_of(row)) if is_page else (row,)
    sections = tuple(directory.read(one) for one in rows)
    ref = name_section(view, sections[0])
    if is_page and "#" in ref:  # a page whose title has no section of its own
        ref = ref.partition("#")[0]
    return Found(ref, sections, chosen, directory, row, is_page)


def _missing(view: View, chosen: Chosen, asked: Ref) -> NotFound | NotInVersion:
    """The version that has it, else the names that come closest."""
    here = {snapshot.info.key for snapshot in chosen.snapshots}
    for snapshot in view.snapshots:
        if snapshot.info.name != asked.source or snapshot.info.key in here:
            continue
        if _resolve(directory_of(snapshot), asked):
            there = replace(asked, version=snapshot.info.version)
            versions = (s.info.version for s in chosen.snapshots if s.info.name == asked.source)
            return NotInVersion(
                f"{quote(f'{asked.kind}:{asked.id}', 120)} is not in {asked.source} {next(versions, '')}.",
                f"Read {there}.",
            )
    return NotFound(
        f"There is no {quote(str(asked), 120)}.",
        "search_docs finds refs by words.",
        chosen.corpus.names.nearest(asked),
    )
