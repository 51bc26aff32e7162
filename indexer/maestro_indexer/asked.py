"""Phrases by which people ask for a section of the published docs, though the section does not say them."""

from collections.abc import Mapping
from functools import cache

from maestro_indexer.tables import read_table
from maestro_knowledge.vault.model import Section


def asked_as(section: Section) -> tuple[str, ...]:
    """The phrases for this section, whatever version it is of."""
    if section.place is None or section.kind not in {"docs", "api"}:
        return ()
    page = section.place.path.removesuffix(".md")
    return load_asked().get(f"{page}#{section.place.anchor}", ())


@cache
def load_asked() -> Mapping[str, tuple[str, ...]]:
    """Every phrase by the place it asks for, `page#anchor`."""
    return {
        place: tuple(phrase.strip() for phrase in phrases.split(";"))
        for place, phrases in read_table("asked_as")
    }
