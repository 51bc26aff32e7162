"""A comment silences a rule that finds nothing there."""

from collections.abc import Iterator

from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

RULE = Rule(id="SUP001", name="unused-suppression", severity="info", tests=True)


def check(suppression: Suppression, _: View) -> Iterator[Report]:
    """Reports the words of the comment that silenced nothing, and what they nearly silenced."""
    unused = ", ".join(suppression.unused)
    if not unused:
        return
    if near := suppression.near:
        yield Report(
            suppression.module,
            suppression.node,
            f"The comment silences {unused}, which finds nothing on its statement but does beside it.",
            subject=unused,
            hops=(Hop(near[0].report.module, near[0].report.node, "this is not silenced"),),
            fix="Put the comment on a line of that statement, or on a line of its own directly above it.",
            severity="warning",
        )
    elif found := ", ".join(suppression.akin):
        form = f"# noqa: {found}" if suppression.written.is_noqa else f"# maestro: ignore[{found}]"
        yield Report(
            suppression.module,
            suppression.node,
            f"The comment silences {unused}, which finds nothing here; what is found here is {found}.",
            subject=unused,
            fix=f"Write `{form}` if that is meant, else delete the comment.",
            severity="warning",
        )
    else:
        message = f"The comment silences {unused}, which finds nothing here."
        yield Report(suppression.module, suppression.node, message, subject=unused)
