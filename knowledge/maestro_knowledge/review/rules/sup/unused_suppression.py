"""A comment silences a rule that finds nothing there."""

from collections.abc import Iterator

from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

RULE = Rule(id="SUP001", name="unused-suppression", severity="info", tests=True)


def check(suppression: Suppression, _: View) -> Iterator[Report]:
    """Reports the words of the comment that silenced nothing."""
    if unused := ", ".join(suppression.unused):
        yield Report(
            suppression.module,
            suppression.node,
            f"The comment silences {unused}, which finds nothing here.",
            subject=unused,
        )
