"""A blocking HTTP call, or another wait for the network, runs on the event loop."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY101", name="blocking-http-in-async", severity="error", umbrella=("API001", "API006"))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each such call of a coroutine."""
    for _, report in direct_reports(view, function, {"http", "network"}):
        yield report
