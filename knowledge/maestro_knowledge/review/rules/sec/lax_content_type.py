"""JSON bodies are read whatever content type they claim."""

from collections.abc import Iterator

from maestro_knowledge.project.application import App, Router
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import is_false
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC618", name="lax-content-type", severity="warning", fix="safe", since="0.132.0")


def check(fact: App | Router, view: View) -> Iterator[Report]:
    """Reports `strict_content_type=False`."""
    if isinstance(fact, Router) and fact.is_app:
        return
    given = fact.keywords.get("strict_content_type")
    if given is not None and is_false(given):
        message = "`strict_content_type=False` lets any website send JSON without asking first."
        edits = (view.replace(fact.module, given, "True"),)
        yield Report(fact.module, given, message, subject=fact.id, edits=edits)
