"""What kind of section is the likelier answer, before a word of it is compared."""

from collections.abc import Mapping
from types import MappingProxyType

from maestro_indexer.query import Query
from maestro_indexer.sorts import Sort
from maestro_knowledge.core.refs import Kind

RELEASE_ASKED = 3.0
RELEASE_NAMED = 4.0
RELEASE_FIRST = 1.2  # 0.115 means 0.115.0 rather than 0.115.14
IDENTIFIER = 1.15
SKILL_PRIOR = 0.7
SKILL_ASKED = 1.4

PRIORS: Mapping[Kind, float] = MappingProxyType(
    {
        "docs": 1.0,
        "guide": 0.5,
        "rule": 0.4,
        "api": 0.8,
        "example": 0.6,
        "release": 0.25,
        "profile": 0.2,
    }
)


def weigh_sort(sort: Sort, query: Query, kind: Kind | None) -> float:
    """The prior of this sort for this query; 0 when another kind was asked for."""
    if kind is not None and sort.kind != kind:
        return 0.0
    if sort.is_skill:
        return sort.share * (SKILL_ASKED if query.asks_how else SKILL_PRIOR)
    if sort.is_reference:
        return sort.share * (IDENTIFIER if query.is_identifier else PRIORS["api"])
    if sort.kind == "release" and query.is_about_releases:
        return sort.share * RELEASE_ASKED
    return sort.share * PRIORS[sort.kind]
