"""A coroutine computes for long: password hashes, images, data frames, models."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY107", name="heavy-computation-in-async", severity="warning", umbrella=("API001",))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call of a coroutine that is known to keep the processor busy."""
    for _, report in direct_reports(view, function, {"cpu"}):
        yield report
