"""The same method and path are registered twice."""

from collections.abc import Iterator

from maestro_knowledge.project.application import Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._matching import served_by_app
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE204", name="duplicate-route", severity="error")


def check(project: Project, _: View) -> Iterator[Report]:
    """Reports each path operation whose every method an earlier one of the same path has taken."""
    reported = set()
    for routes in served_by_app(project):
        first: dict[tuple[str, str, str], Route] = {}
        for route in routes:
            keys = [(route.operation.kind, method, route.path or "") for method in route.methods or ("",)]
            taken = [first[key] for key in keys if key in first]
            if len(taken) == len(keys) and _is_fault(route, taken[0]) and route.operation not in reported:
                reported.add(route.operation)
                yield _report(route, taken[0])
            for key in keys:
                first.setdefault(key, route)


def _is_fault(route: Route, earlier: Route) -> bool:
    conditional = route.operation.is_conditional or earlier.operation.is_conditional
    # The same declaration twice: its router is included twice, which is no route's fault.
    if conditional or route.operation is earlier.operation or not route.operation.module.in_scope:
        return False
    # Two decorators of one function with one path: the function is called either way.
    return route.operation.function is None or route.operation.function is not earlier.operation.function


def _report(route: Route, earlier: Route) -> Report:
    name = f"{'/'.join(route.methods) or 'WEBSOCKET'} {route.path}"
    return Report(
        route.operation.module,
        route.operation.node,
        f"`{name}` belongs to `{earlier.operation.handler}`: `{route.operation.handler}` is never called.",
        subject=name,
        hops=(Hop(earlier.operation.module, earlier.operation.node, "registered first"),),
    )
