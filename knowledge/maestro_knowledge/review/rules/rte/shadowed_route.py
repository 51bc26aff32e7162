"""An earlier route matches everything that a later one is for."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.project.application import Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._matching import (
    covers,
    first_segment,
    pattern_of,
    served_by_app,
    spans_segments,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE203", name="shadowed-route", severity="error", fix="suggest")

_Candidate = tuple[int, Route, re.Pattern[str]]
_ANY = -1  # of a placeholder that takes slashes: any number of them


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
    table = _Earlier()
    reached: set[tuple[ast.AST, str | None]] = set()
    for later in routes:
        # A router that is included once more, by a test for one, is reached where it was included first.
        place = later.operation.node, later.path
        earlier = table.hiding(later)
        if earlier is None:
            reached.add(place)
        elif place not in reached:
            yield later, earlier
        table.add(later)


class _Earlier:
    """The routes so far, by what a route has that they hide: comparing all pairs takes minutes."""

    def __init__(self) -> None:
        self._table: dict[tuple[str, str, int, str], list[_Candidate]] = {}
        self._count = 0

    def add(self, route: Route) -> None:
        """Takes a route in, unless it cannot hide another: one without placeholders has its own path only."""
        self._count += 1
        template = route.template
        if template is None or not template.names or route.operation.is_conditional:
            return
        pattern = pattern_of(template)
        if pattern is None:
            return
        slashes = _ANY if spans_segments(template) else template.path.count("/")
        first = "" if slashes == _ANY else first_segment(template)
        for method in route.methods or ("",):
            key = (route.operation.kind, method, slashes, first)
            self._table.setdefault(key, []).append((self._count, route, pattern))

    def hiding(self, later: Route) -> Route | None:
        """The first route that matches all that the later one is for."""
        template = later.template
        if template is None or not self._table:
            return None
        kind, method = later.operation.kind, next(iter(later.methods), "")
        keys = [(kind, method, _ANY, "")]
        if not spans_segments(template):
            slashes = template.path.count("/")
            keys += [(kind, method, slashes, first) for first in {"", first_segment(template)}]
        found = sorted((one for key in keys for one in self._table.get(key, ())), key=lambda one: one[0])
        for _, earlier, pattern in found:
            # The same path twice is another rule's.
            if earlier.path == later.path or earlier.operation is later.operation:
                continue
            if set(later.methods) <= set(earlier.methods) and covers(pattern, template):
                return earlier
        return None


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
