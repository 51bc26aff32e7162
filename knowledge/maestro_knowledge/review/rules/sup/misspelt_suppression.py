"""A comment means to silence a rule, but names none that exists."""

from collections.abc import Iterator

from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

RULE = Rule(id="SUP002", name="misspelt-suppression", severity="warning", tests=True)


def check(suppression: Suppression, _: View) -> Iterator[Report]:
    """Reports a comment with words that mean nothing, or with none."""
    if suppression.unknown:
        names = ", ".join(suppression.unknown)
        message = f"The comment means to silence {names}, and there is no such rule."
        yield Report(suppression.module, suppression.node, message, subject=names)
    elif not suppression.words:
        message = "The comment names no rule, so it silences nothing."
        yield Report(suppression.module, suppression.node, message)
