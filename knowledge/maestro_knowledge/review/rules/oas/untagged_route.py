"""A path operation has no tag where others have."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import App, Operation, Route, Router
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.oas._described import name_of, shown_routes
from maestro_knowledge.review.view import View

RULE = Rule(id="OAS502", name="untagged-route", severity="info", fix="suggest")

_WORD = Pattern(r"[A-Za-z][\w-]*")
_VERSION = Pattern(r"v\d+|api", re.IGNORECASE)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each path operation that the documentation puts under "default"."""
    routes = shown_routes(view, operation)
    if _grouped(view).isdisjoint(route.app for route in routes):
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


def _grouped(view: View) -> frozenset[App | None]:
    """The applications that have more than one router, or some tag: a single router needs no groups."""

    def find() -> frozenset[App | None]:
        routers: defaultdict[App | None, set[Router]] = defaultdict(set)
        tagged: set[App | None] = set()
        for route in view.project.routes:
            operation = route.operation
            if operation.kind == "http" and operation.in_schema and operation.router.module.in_scope:
                routers[route.app].add(operation.router)
            if route.tags and operation.module.in_scope:
                tagged.add(route.app)
        return frozenset(tagged | {app for app, used in routers.items() if len(used) > 1})

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
