"""What somebody asks of a review."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from maestro_knowledge.core.records import dataclass

if TYPE_CHECKING:  # a remembered answer needs none of the model
    from maestro_knowledge.review.model import FixMode, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """What to review of a project and how; words as the caller wrote them, lists comma separated.

    `baseline` holds fingerprints that are known already and left out. `changed` are the only lines that are
    asked about, by path; None asks about all.
    """

    endpoint: str = ""
    select: str = ""
    ignore: str = ""
    min_severity: "Severity" = "info"
    preview: bool = False
    fix: "FixMode" = "none"
    baseline: frozenset[str] = frozenset()
    changed: Mapping[str, frozenset[int]] | None = None
