"""Signposts: what the documentation answers where, for as long as the documentation itself is not indexed.

A signpost has the id of the section that it stands for, so that every ref to the documentation leads
somewhere; the section takes its place as soon as it is there.
"""

import hashlib
from collections.abc import Iterable

from maestro_indexer.asked import load_asked
from maestro_indexer.tables import table_bytes
from maestro_knowledge.core.records import replace
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.model import PageContents, Place, Section, SourceRef

FILE = "signposts"
SITE = "https://fastapi.tiangolo.com/"
NOTES = "release-notes"


def read_signposts(
    source: SourceRef, cited: Iterable[Place] = (), releases: Iterable[str] = ()
) -> PageContents:
    """One signpost for every place that people are known to ask for, or that our own pages cite."""
    source = replace(source, name=DEFAULT_SOURCE, file=FILE)
    asked = {place: phrases for place, phrases in load_asked().items() if not _is_symbol(place)}
    versions = sorted(set(releases))
    notes = [Place(f"{NOTES}.md")] if versions else []
    named = {_name(place): () for place in (*cited, *notes) if not _is_symbol(_name(place))}
    every = {**dict(sorted(named.items())), **asked}
    ordered = sorted(every.items(), key=lambda entry: entry[0].partition("#")[0])
    sections = [_signpost(place, phrases, order, source) for order, (place, phrases) in enumerate(ordered)]
    sections += [_release(version, source) for version in versions]
    digest = hashlib.sha256("\n".join((signposts_digest(), *every, *versions)).encode())
    return PageContents(FILE, digest.hexdigest(), tuple(sections))


def signposts_digest() -> str:
    """Changes with the table that the signposts are made from."""
    return hashlib.sha256(SITE.encode() + table_bytes("asked_as")).hexdigest()


def _name(place: Place) -> str:
    page = place.path.removesuffix(".md")
    return f"{page}#{place.anchor}" if place.anchor else page


def _is_symbol(place: str) -> bool:
    """The installed package has its symbols itself."""
    return "#fastapi." in place


def _release(version: str, source: SourceRef) -> Section:
    url = f"{SITE}{NOTES}/"
    return Section(
        id=version,
        kind="release",
        title=version,
        trail=("Release notes",),
        body=(
            f"FastAPI's release notes tell at <{url}> what came with {version}. They are not indexed yet: "
            "`indexer refresh` fetches them."
        ),
        source=source,
        url=url,
    )


def _signpost(place: str, phrases: tuple[str, ...], order: int, source: SourceRef) -> Section:
    page, _, anchor = place.partition("#")
    address = page.removesuffix("index").rstrip("/")
    url = f"{SITE}{address}/" if address else SITE
    url = f"{url}#{anchor}" if anchor else url
    asked = f"\n\nAsked as: {'; '.join(phrases)}." if phrases else ""
    title = anchor or address.rpartition("/")[2] or "FastAPI"
    return Section(
        id=place,
        kind="docs",
        title=title.replace("-", " ").capitalize(),
        trail=(page,) if anchor else (),
        body=(
            f"FastAPI's documentation answers this at <{url}>. It is not indexed here yet: `indexer refresh` "
            f"fetches it.{asked}"
        ),
        source=source,
        url=url,
        place=Place(f"{page}.md", anchor),
        order=order,
    )
