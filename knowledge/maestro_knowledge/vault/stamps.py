"""What only the whole snapshot knows: versions on what is reused, links that lead somewhere, navigation.

What is right as it is stays the same object: by that the next steps see at once that nothing changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.core.refs import make_ref, parse_ref
from maestro_knowledge.vault.model import PageContents, Section, Snapshot, SourceRef
from maestro_knowledge.vault.pages import Site
from maestro_knowledge.vault.sections import ORDER_OF_PAGE


def restamp(page: PageContents, snapshot: Snapshot, order: int | None = None) -> PageContents:
    """A page of an earlier reading as one of this snapshot, at its place in the order of the site."""
    ours = _stamp(snapshot)

    def stamp(source: SourceRef) -> SourceRef:
        return replace(
            source, name=snapshot.name, layer=snapshot.layer, version=snapshot.version, commit=snapshot.commit
        )

    def place(section: Section) -> int:
        return section.order if order is None else order * ORDER_OF_PAGE + section.order % ORDER_OF_PAGE

    def moved(section: Section) -> Section:
        return replace(section, source=stamp(section.source), order=place(section))

    sources = [one.source for part in (page.sections, page.releases, page.symbols) for one in part]
    if all(_stamp(one) == ours for one in sources) and all(s.order == place(s) for s in page.sections):
        return page
    return replace(
        page,
        sections=tuple(moved(section) for section in page.sections),
        releases=tuple(replace(release, source=stamp(release.source)) for release in page.releases),
        symbols=tuple(replace(symbol, source=stamp(symbol.source)) for symbol in page.symbols),
    )


def finish(pages: Sequence[PageContents], site: Site) -> tuple[PageContents, ...]:
    """The pages with links only to what is there, and with the navigation that each stands in."""
    known = _Known.of(section for page in pages for section in page.sections)
    aliases = {alias: symbol.name for page in pages for symbol in page.symbols for alias in symbol.aliases}
    titles = {page.file: page.sections[0].title for page in pages if page.sections}
    groups = {
        page.file: tuple(name or _title_of(leader, site, titles) for name, leader in page.groups)
        for page in site.pages
    }

    def finished(page: PageContents) -> PageContents:
        nav = tuple(name for name in groups.get(page.file, ()) if name)
        sections = tuple(_finished(section, known, aliases, nav) for section in page.sections)
        is_same = all(new is old for new, old in zip(sections, page.sections, strict=True))
        return page if is_same else replace(page, sections=sections)

    return tuple(map(finished, pages))


_stamp = attrgetter("name", "layer", "version", "commit")


def _finished(section: Section, known: "_Known", aliases: Mapping[str, str], nav: tuple[str, ...]) -> Section:
    related = tuple(dict.fromkeys(known.existing(section, aliases))) if section.related else ()
    if (related, nav) == (section.related, section.nav):
        return section
    return replace(section, related=related, nav=nav)


def _title_of(leader: str, site: Site, titles: Mapping[str, str]) -> str:
    page = site.by_path.get(leader)
    return titles.get(page.file, "") if page else ""


@dataclass(frozen=True, slots=True)
class _Known:
    """Every section there is, and for each page the anchor of its title."""

    refs: frozenset[str]
    title_anchors: frozenset[str]

    @classmethod
    def of(cls, sections: Iterable[Section]) -> "_Known":
        refs, titles = set(), set()
        for section in sections:
            ref = section.ref
            refs.add(ref)
            if section.kind == "docs" and "#" not in section.id and section.place:
                titles.add(f"{ref}#{section.place.anchor}")
        return cls(frozenset(refs), frozenset(titles))

    def existing(self, section: Section, aliases: Mapping[str, str]) -> Iterator[str]:
        """The refs of a section that lead somewhere; where only the anchor is gone, to the page."""
        own = section.ref
        for ref in section.related:
            page = ref.partition("#")[0]
            if "/" in ref.partition(":")[0] and not ref.startswith(f"{section.source.name}/"):
                found = ref  # Of another source, which has a snapshot of its own.
            elif ref in self.refs and ref not in self.title_anchors:
                found = ref
            elif page in self.refs:
                found = page
            else:
                found = _by_alias(ref, aliases)
            if found and found != own:
                yield found


def _by_alias(ref: str, aliases: Mapping[str, str]) -> str:
    try:
        parsed = parse_ref(ref)
    except MaestroError:
        return ""
    name = aliases.get(parsed.page, "")
    return make_ref("api", name, source=parsed.source) if parsed.kind == "api" and name else ""
