"""The index's fields: one fused field of weighted terms, and what is needed to find and show its sections.

Whoosh pickles the schema by the names of its classes, so only classes of its own stand in it; the terms are
made by `weights.py` and go in as `term^weight`.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from whoosh.analysis import DelimitedAttributeFilter, SpaceSeparatedTokenizer
from whoosh.fields import COLUMN, ID, STORED, TEXT, Schema

from maestro_indexer.records import read_section, write_section
from maestro_indexer.weights import weigh
from maestro_knowledge.vault.model import Section

SCHEMA_VERSION = "5"
KEY_FIELD = "key"
TERMS_FIELD = "terms"
PAIRS_FIELD = "pairs"
SURFACE_FIELD = "surface"
ROW_FIELD = "row"
MAX_KEY = 1_000


def make_schema() -> Schema:
    """The schema of every index folder."""
    return Schema(
        key=ID(unique=True, stored=True),
        kind=ID(),
        terms=TEXT(analyzer=SpaceSeparatedTokenizer() | DelimitedAttributeFilter(), phrase=False),
        pairs=ID(),
        surface=ID(),
        row=COLUMN(),
        section=STORED(),
    )


def document_key(section: Section) -> str:
    """The unique key of the section in its index."""
    key = f"{section.kind}:{section.id}"
    if len(key) <= MAX_KEY:
        return key
    return f"{key[:MAX_KEY]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def make_document(section: Section) -> dict[str, Any]:
    """The section as the arguments of Whoosh's `add_document`."""
    weighed = weigh(section)
    places = [section.place] if section.place else section.cites
    where = [[place.path, place.anchor] for place in places]
    row = [
        section.kind,
        section.id,
        section.title,
        round(weighed.length, 2),
        section.order,
        section.place is not None,
        where,
    ]
    return {
        "key": document_key(section),
        "kind": section.kind,
        "terms": " ".join(f"{term}^{weight:g}" for term, weight in sorted(weighed.terms.items())),
        "pairs": sorted(weighed.pairs),
        "surface": sorted(weighed.surface),
        "row": json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode(),
        "section": write_section(section),
    }


def section_of(stored: Mapping[str, Any]) -> Section:
    """The section behind a document's stored fields."""
    return read_section(stored["section"])
