"""Our own guides, rule pages and profiles as sections: the part of the knowledge that needs no network."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import maestro_knowledge
from maestro_indexer.signposts import read_signposts, signposts_digest
from maestro_knowledge.core.digests import content_of
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.refs import parse_ref
from maestro_knowledge.core.text import slugify
from maestro_knowledge.vault.model import Contents, PageContents, Place, Problem, Section, Snapshot, SourceRef

# Whether our pages are still those that were indexed is asked at every start, what they say is hardly ever.
# ruff: noqa: PLC0415

NAME = "maestro"
_KNOWLEDGE = Path(maestro_knowledge.__path__[0])
_LEAD = ("What it finds", "Why it matters")


def own_snapshot(version: str) -> Snapshot:
    """What our own pages are at this release of ours; the digest of their content stands for a commit."""
    digest = hashlib.sha256()
    for folder in _READERS:
        for page in _pages(folder):
            digest.update(page.name.encode() + b"\0" + content_of(page.path) + b"\0")
    digest.update(signposts_digest().encode())
    return Snapshot(NAME, "embedded", version, digest.hexdigest()[:12])


def read_own_pages(snapshot: Snapshot) -> Contents:
    """Every guide, rule and profile as sections, and signposts; what cannot be read is reported."""
    pages: list[PageContents] = []
    problems: list[Problem] = []
    for folder, read in _READERS.items():
        for page in _pages(folder):
            source = SourceRef(snapshot.name, "embedded", snapshot.version, snapshot.commit, page.name)
            content = content_of(page.path)
            try:
                sections = tuple(read(content.decode("utf-8"), page.name, source))
            except (MaestroError, ValueError) as error:
                problems.append(Problem(page.name, str(error)))
                continue
            digest = hashlib.sha256(content).hexdigest()
            pages.append(PageContents(f"{folder}/{page.name}", digest, sections))
    cited = [place for page in pages for section in page.sections for place in section.cites]
    own = SourceRef(snapshot.name, "embedded", snapshot.version, snapshot.commit)
    related = {ref for page in pages for section in page.sections for ref in section.related}
    releases = [parsed.page for parsed in map(parse_ref, sorted(related)) if parsed.kind == "release"]
    pages.append(read_signposts(own, cited, releases))
    return Contents(snapshot, tuple(pages), tuple(problems))


def _guide(text: str, file: str, source: SourceRef) -> Iterator[Section]:
    from maestro_knowledge.guides.load import read_guide

    guide = read_guide(text, file=file)
    for order, part in enumerate(guide.sections):
        cites = part.cites or guide.cites
        yield Section(
            id=_join(guide.name, part.anchor),
            kind="guide",
            title=part.title,
            trail=(guide.title,) if part.anchor else (),
            body=part.text,
            source=source,
            order=order,
            keywords=part.keywords if part.anchor else (guide.question, *part.keywords),
            related=cites,
            cites=_places(cites),
        )


def _rule(text: str, file: str, source: SourceRef) -> Iterator[Section]:
    from maestro_knowledge.review.page import read_page

    page = read_page(text, file=file)
    lead = "\n\n".join(f"## {heading}\n\n{page.section(heading)}" for heading in _LEAD)
    rest = [(heading, body) for heading, body in page.sections if heading not in _LEAD and body]
    parts = [("", page.title, lead), *((slugify(heading), heading, body) for heading, body in rest)]
    for order, (anchor, title, body) in enumerate(parts):
        yield Section(
            id=_join(page.name, anchor),
            kind="rule",
            title=title,
            trail=(page.title,) if anchor else (),
            body=body,
            source=source,
            order=order,
            keywords=() if anchor else (page.id, page.name),
            related=page.docs,
            cites=_places(page.docs),
        )


def _profile(text: str, file: str, source: SourceRef) -> Iterator[Section]:
    from maestro_knowledge.profiles.load import SHIPPED, read_profile

    del text
    profile = read_profile(SHIPPED / file)
    yield Section(
        id=profile.name,
        kind="profile",
        title=profile.title,
        trail=(),
        body=profile.text,
        source=source,
        keywords=(profile.role, profile.description),
        related=profile.refs,
        cites=_places(profile.refs),
    )


Reader = Callable[[str, str, SourceRef], Iterator[Section]]
_READERS: Mapping[str, Reader] = MappingProxyType(
    {"guides/data": _guide, "review/rules": _rule, "profiles/data": _profile}
)


def _places(refs: Sequence[str]) -> tuple[Place, ...]:
    """Where the published docs have what the refs name; other kinds have no place there."""
    parsed = (parse_ref(ref) for ref in refs)
    return tuple(Place(f"{ref.page}.md", ref.anchor) for ref in parsed if ref.kind == "docs")


def _join(name: str, anchor: str) -> str:
    return f"{name}#{anchor}" if anchor else name


def _pages(folder: str) -> Iterator[os.DirEntry[str]]:
    """The pages in a folder and below it, in the order of their names."""
    yield from _walk(str(_KNOWLEDGE / folder))


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.endswith(".md"):
            yield entry
        elif entry.is_dir():
            yield from _walk(entry.path)
