"""A path operation has neither a summary nor a description."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.oas._described import name_of, shown_routes
from maestro_knowledge.review.view import View

RULE = Rule(id="OAS501", name="undescribed-route", severity="info")

_SAID_BY = frozenset({"summary", "description", "openapi_extra"})
# The name of the function becomes the summary, and says it all.
_PLAIN = frozenset(
    {"health", "healthz", "health_check", "healthcheck", "ready", "readiness", "liveness", "live", "ping"}
)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each path operation of which the document tells nothing but its path."""
    function = operation.function
    if function is None or operation.keywords.keys() & _SAID_BY or not shown_routes(view, operation):
        return
    if ast.get_docstring(function.node) or function.name in _PLAIN:
        return
    yield Report(
        function.module,
        function.node,
        f"`{name_of(operation)}` has neither a summary nor a docstring.",
        subject=f"{function.qualname} {name_of(operation)}",
    )
