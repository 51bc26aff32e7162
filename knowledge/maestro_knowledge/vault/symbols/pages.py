"""A symbol → the section that an agent reads."""

from collections.abc import Iterator, Sequence

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.refs import make_ref
from maestro_knowledge.vault.links import find_page
from maestro_knowledge.vault.markdown import parse_markdown
from maestro_knowledge.vault.model import Parameter, Section, Snapshot, Symbol
from maestro_knowledge.vault.pages import Page, Site, page_url
from maestro_knowledge.vault.render import links_in, render
from maestro_knowledge.vault.symbols.reference import Reference

_MARKS = ("](", "<", "#", "/// ", "!!! ", "``` ")
_NOWHERE = Page("", "", "", 0)


@dataclass(frozen=True, slots=True)
class Described:
    """A symbol with what surrounds it: of a class its attributes, methods and what it inherits."""

    symbol: Symbol
    attributes: tuple[Parameter, ...] = ()
    methods: tuple[str, ...] = ()
    inherited: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constants: tuple[Parameter, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(slots=True)
class SymbolWriter:
    """Writes the sections of symbols; docs that many parameters share are read once."""

    snapshot: Snapshot
    site: Site
    reference: Reference
    _read: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def section(self, described: Described) -> Section:
        """The section of a symbol."""
        symbol = described.symbol
        place = self.reference.place((symbol.name, *symbol.aliases))
        url = page_url(self.site.url, place.path) if place and self.site.url else ""
        return Section(
            id=symbol.name,
            kind="api",
            title=symbol.name,
            trail=(_owner(symbol),) if symbol.kind == "method" else (),
            body="\n\n".join(part for part in self._parts(described) if part),
            source=symbol.source,
            url=f"{url}#{place.anchor}" if place and url else "",
            place=place,
            keywords=tuple(dict.fromkeys((*symbol.aliases, *_inherited_names(described)))),
            related=tuple(dict.fromkeys(self._related(described))),
        )

    def _parts(self, described: Described) -> Iterator[str]:
        symbol = described.symbol
        yield f"```python\n{symbol.signature}\n```"
        if symbol.deprecated:
            yield f"> **Deprecated**: {symbol.deprecated}"
        yield self._clean(symbol.doc)[0]
        yield self._listed("Parameters", symbol.parameters)
        if bases := ", ".join(f"`{base}`" for base in symbol.bases if base):
            yield f"Bases: {bases}"
        yield self._listed("Attributes", described.attributes)
        if described.methods:
            yield f"**Methods**: {', '.join(f'`{name}`' for name in described.methods)}"
        for base, lines in described.inherited:
            yield f"**Inherited from `{base}`**:\n\n```python\n" + "\n".join(lines) + "\n```"
        if described.constants:
            lines = tuple(
                f"{one.name} = {one.default}" if one.default else one.name for one in described.constants
            )
            yield "```python\n" + "\n".join(lines) + "\n```"
        if symbol.aliases:
            yield f"Also: {', '.join(f'`{alias}`' for alias in symbol.aliases)}"
        if symbol.source.file:
            first, last = symbol.source.first_line, symbol.source.last_line
            yield f"Source: `{symbol.source.file}`{f', lines {first}-{last}' if first else ''}"

    def _listed(self, title: str, parameters: Sequence[Parameter]) -> str:
        if not any(one.doc for one in parameters) and title == "Parameters":
            return ""  # The signature says as much.
        if not parameters:
            return ""
        lines = []
        for one in parameters:
            facts = [f"`{one.annotation}`"] if one.annotation else []
            facts += [f"default `{one.default}`"] if one.default else []
            shown = ", ".join(facts)
            doc = self._clean(one.doc)[0].replace("\n", "\n  ")
            lines.append(f"- `{one.name}`{f' ({shown})' if shown else ''}{f': {doc}' if doc else ''}")
        return f"**{title}**\n\n" + "\n".join(line.replace("\n  \n", "\n\n") for line in lines)

    def _clean(self, doc: str) -> tuple[str, tuple[str, ...]]:
        """A docstring as Markdown that stands inside a section, and the pages that it points at."""
        if doc not in self._read:
            if any(mark in doc for mark in _MARKS):
                blocks = parse_markdown(doc, site=self.site.url).blocks
                pages = (find_page(link, _NOWHERE, self.site) for link in links_in(blocks))
                refs = (make_ref("docs", page, source=self.snapshot.name) for page in pages if page)
                self._read[doc] = render(blocks), tuple(refs)
            else:
                self._read[doc] = doc, ()
        return self._read[doc]

    def _related(self, described: Described) -> Iterator[str]:
        symbol = described.symbol
        if symbol.kind == "method":
            yield make_ref("api", _owner(symbol), source=self.snapshot.name)
        yield from described.related
        for doc in (symbol.doc, *(one.doc for one in (*symbol.parameters, *described.attributes))):
            yield from self._clean(doc)[1]
        for name in described.methods:
            yield make_ref("api", f"{symbol.name}.{name}", source=self.snapshot.name)


def _owner(symbol: Symbol) -> str:
    return symbol.name.rpartition(".")[0]


def _inherited_names(described: Described) -> Iterator[str]:
    """The dotted names of inherited methods: they lead to the class that has them."""
    for _, lines in described.inherited:
        for line in lines:
            name = line.partition("(")[0].rpartition(" ")[2]
            yield f"{described.symbol.name}.{name}"
