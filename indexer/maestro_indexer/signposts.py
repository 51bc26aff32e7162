"""Signposts: what the documentation answers where, for as long as the documentation itself is not indexed.

A signpost has the id of the section that it stands for, so that every ref to the documentation leads
somewhere; the section takes its place as soon as it is there.
"""

import hashlib
from dataclasses import replace

from maestro_indexer.asked import load_asked
from maestro_indexer.tables import table_bytes
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.model import PageContents, Place, Section, SourceRef

FILE = "signposts"
SITE = "https://fastapi.tiangolo.com/"


def read_signposts(source: SourceRef) -> PageContents:
    """One signpost for every place that people are known to ask for."""
    asked = load_asked()
    source = replace(source, name=DEFAULT_SOURCE, file=FILE)
    sections = [
        _signpost(place, phrases, order, source)
        for order, (place, phrases) in enumerate(asked.items())
        if "#fastapi." not in place  # the installed package has its symbols itself
    ]
    return PageContents(FILE, signposts_digest(), tuple(sections))


def signposts_digest() -> str:
    """Changes with what the signposts say."""
    return hashlib.sha256(SITE.encode() + table_bytes("asked_as")).hexdigest()


def _signpost(place: str, phrases: tuple[str, ...], order: int, source: SourceRef) -> Section:
    page, _, anchor = place.partition("#")
    address = page.removesuffix("index").rstrip("/")
    url = f"{SITE}{address}/#{anchor}" if address else f"{SITE}#{anchor}"
    return Section(
        id=place,
        kind="docs",
        title=anchor.replace("-", " ").capitalize(),
        trail=(page,),
        body=(
            f"FastAPI's documentation answers this at <{url}>. It is not indexed here yet: `indexer refresh` "
            f"fetches it.\n\nAsked as: {'; '.join(phrases)}."
        ),
        source=source,
        url=url,
        place=Place(f"{page}.md", anchor),
        order=order,
    )
