"""An earlier route matches everything that a later one is for."""

from collections.abc import Iterator

from maestro_knowledge.project.application import Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._matching import covers, served_by_app
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE203", name="shadowed-route", severity="error", fix="suggest")


def check(project: Project, _: View) -> Iterator[Report]:
    """Reports each route that no request reaches because of one that is registered before it."""
    reported = set()
    for routes in served_by_app(project):
        for later, earlier in _shadowed(routes):
            # One declaration behind several prefixes is one fault.
            if later.operation in reported or not later.operation.module.in_scope:
                continue
            reported.add(later.operation)
            yield _report(later, earlier)


def _shadowed(routes: list[Route]) -> Iterator[tuple[Route, Route]]:
    for number, later in enumerate(routes):
        for earlier in routes[:number]:
            # The same path twice is another rule's.
            if earlier.path != later.path and _hides(earlier, later):
                yield later, earlier
                break


def _hides(earlier: Route, later: Route) -> bool:
    if earlier.operation.is_conditional or earlier.operation is later.operation:
        return False
    if earlier.template is None or later.template is None or earlier.operation.kind != later.operation.kind:
        return False
    if not set(later.methods) <= set(earlier.methods):
        return False
    return covers(earlier.template, later.template)


def _report(later: Route, earlier: Route) -> Report:
    method = "/".join(later.methods) or "WEBSOCKET"
    return Report(
        later.operation.module,
        later.operation.node,
        f"`{method} {later.path}` is never reached: `{earlier.path}` is registered before it and matches.",
        subject=f"{method} {later.path}",
        hops=(Hop(earlier.operation.module, earlier.operation.node, "matches first"),),
        fix=f"Declare `{later.path}` above `{earlier.path}`.",
    )
