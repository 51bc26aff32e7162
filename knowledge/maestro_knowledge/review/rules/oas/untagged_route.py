"""A path operation has no tag where others have."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation, Route
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.oas._described import name_of, shown_routes
from maestro_knowledge.review.view import View

RULE = Rule(id="OAS502", name="untagged-route", severity="info", fix="suggest")

_WORD = re.compile(r"[A-Za-z][\w-]*")
_VERSION = re.compile(r"v\d+|api", re.IGNORECASE)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each path operation that the documentation puts under "default"."""
    routes = shown_routes(view, operation)
    if not routes or not _has_groups(view):
        return
    # Tags that are not literals are not known, and may be there.
    if any(route.tags or not _is_sure(route) for route in routes):
        return
    yield Report(
        operation.module,
        operation.node,
        f"`{name_of(operation)}` has no tag, of its own, its router or its inclusion.",
        subject=name_of(operation),
        edits=_edits(view, operation, routes[0]),
    )


def _has_groups(view: View) -> bool:
    """Whether there is more than one router, or some tag: a single router needs no groups."""

    def find() -> bool:
        operations = [one for one in view.project.operations if one.kind == "http" and one.in_schema]
        routers = {one.router for one in operations if one.router.module.in_scope}
        tagged = any(route.tags for route in view.project.routes if route.operation.module.in_scope)
        return tagged or len(routers) > 1

    return view.once("oas.groups", find)


def _is_sure(route: Route) -> bool:
    router = route.operation.router
    return "tags" not in route.operation.keywords and "tags" not in router.keywords and not router.is_assumed


def _edits(view: View, operation: Operation, route: Route) -> tuple[Edit, ...]:
    words = [
        word
        for word in _WORD.findall(_without_placeholders(route.path or ""))
        if not _VERSION.fullmatch(word)
    ]
    given: list[ast.expr | ast.keyword] = [*operation.node.args, *operation.node.keywords]
    if not words or not given:
        return ()
    last = max(given, key=lambda one: (one.end_lineno or 0, one.end_col_offset or 0))
    return (view.insert_after(operation.module, last, f', tags=["{words[0]}"]'),)


def _without_placeholders(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "", path)
