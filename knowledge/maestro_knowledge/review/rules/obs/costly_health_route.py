"""A health route does what may take long, or is guarded."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._guards import is_guard, of_route
from maestro_knowledge.review.rules.obs._health import live_routes, ready_routes
from maestro_knowledge.review.view import View

RULE = Rule(id="OBS403", name="costly-health-route", severity="warning", umbrella=("API007",), preview=True)

# `/status` may be a page for people.
_PROBED = Pattern(r"health|live|ready|ping|heartbeat", re.IGNORECASE)
_WAITING = frozenset(
    {"time.sleep", "requests.get", "requests.post", "requests.head", "urllib.request.urlopen"}
)
_COUNTING = frozenset({"sqlalchemy.func.count", "sqlalchemy.sql.func.count", "sqlmodel.func.count"})


def check(_: Project, view: View) -> Iterator[Report]:
    """Reports guards of health routes, and what they wait for without a bound."""
    seen: set[ast.AST] = set()
    for route in (*live_routes(view), *ready_routes(view)):
        function = route.operation.function
        if function is None or function.node in seen:
            continue
        seen.add(function.node)
        if _PROBED.search(route.path or "") and any(is_guard(one) for one in of_route(route)):
            message = (
                f"The health route `{route.path}` needs credentials, which what probes it does not have."
            )
            yield Report(function.module, function.node, message, subject="guard")
        yield from _costly(view, function, route)


def _costly(view: View, function: Function, route: Route) -> Iterator[Report]:
    for one in (function, *view.callees(function)):
        for node in one.scope.nodes:
            if isinstance(node, ast.Call) and (what := _what(view, one, node)):
                message = f"The health route `{route.path}` {what}."
                yield Report(one.module, node, message, subject=what)
                return


def _what(view: View, function: Function, call: ast.Call) -> str:
    """What the call does that may take long; "" if nothing."""
    name = view.name(function.module, call.func)
    bounded = any(one.arg == "timeout" for one in call.keywords)
    if name in _WAITING and not bounded:
        return f"waits for `{name}` without a timeout"
    if name in _COUNTING:
        return "counts the rows of a table"
    if isinstance(call.func, ast.Attribute) and call.func.attr == "all" and _is_query(call):
        return "reads a whole table"
    return ""


def _is_query(call: ast.Call) -> bool:
    """Whether the rows of a query are fetched without a limit."""
    text = ast.unparse(call.func)
    return ("select(" in text or ".query(" in text) and ".limit(" not in text
