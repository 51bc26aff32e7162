"""A coroutine waits for another thread: a lock, a queue, an event, a future of an executor."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ASY114",
    name="lock-in-async",
    severity="warning",
    confidence="medium",
    umbrella=("API001",),
    preview=True,
)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call of a coroutine that waits for a thread."""
    for _, report in direct_reports(view, function, {"lock"}):
        yield report
