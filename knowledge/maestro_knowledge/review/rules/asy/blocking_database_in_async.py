"""A coroutine waits for a database by way of a synchronous driver or session."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY105", name="blocking-database-in-async", severity="error", umbrella=("API001",))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each query that a coroutine makes synchronously."""
    for _, report in direct_reports(view, function, {"database"}):
        yield report
