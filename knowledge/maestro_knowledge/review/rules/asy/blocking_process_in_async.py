"""A coroutine starts another program and waits for it."""

from collections.abc import Iterator

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY104", name="blocking-process-in-async", severity="error", umbrella=("API001",))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call of a coroutine that runs a program; one that only starts it is milder."""
    for chain, report in direct_reports(view, function, {"process", "spawn"}):
        if chain.blocking.kind == "spawn" and report.severity is None:
            yield replace(report, severity="warning")
        else:
            yield report
