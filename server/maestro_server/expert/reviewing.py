"""Review: what is asked, how it is answered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maestro_server.expert.answers import Answer
from maestro_server.expert.missing import not_built

if TYPE_CHECKING:
    from maestro_server.expert.facade import Expert


@dataclass(frozen=True, slots=True)
class ReviewCall:
    """The arguments of one review; `max_findings` 0 means that nothing is cut."""

    code: str = ""
    path: str = ""
    endpoint: str = ""
    select: str = ""
    ignore: str = ""
    min_severity: str = "info"
    fix: str = "none"
    preview: bool = False
    max_findings: int = 40
    baseline: str = ""


def review(expert: "Expert", call: ReviewCall) -> Answer:
    raise not_built("review")
