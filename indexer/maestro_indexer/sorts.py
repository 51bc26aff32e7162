"""The sorts of section: all that a ranking's priors distinguish."""

from typing import NamedTuple

from maestro_indexer.postings import Row
from maestro_knowledge.core.refs import Kind

SKILL = "agent-skill"  # what the framework's own wheel tells agents to do


class Sort(NamedTuple):
    """All that the prior of a section depends on; a corpus has few different ones."""

    kind: Kind
    is_reference: bool
    is_skill: bool
    share: float


def sort_of(row: Row, share: float) -> Sort:
    """What sort of section this is; `share` is the prior of the snapshot it stands in."""
    is_reference = row.kind == "api" or row.page.startswith("reference/")
    return Sort(row.kind, is_reference, row.id.startswith(SKILL), share)
