"""A security finding is silenced without saying why."""

from collections.abc import Iterator

from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

RULE = Rule(id="SUP003", name="suppression-without-reason", severity="warning", tests=True)
_NEED_A_REASON = ("SEC", "AUT")


def check(suppression: Suppression, _: View) -> Iterator[Report]:
    """Reports a comment of ours that silences a security rule and gives no reason."""
    silenced = sorted(name for name in suppression.used if name.startswith(_NEED_A_REASON))
    if silenced and not suppression.written.reason and not suppression.written.is_noqa:
        names = ", ".join(silenced)
        message = f"The comment silences {names} without a reason."
        yield Report(suppression.module, suppression.node, message, subject=names)
