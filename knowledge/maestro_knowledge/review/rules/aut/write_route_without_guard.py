"""A route that writes has no guard, while routes beside it have one."""

import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Route
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.aut._guards import (
    is_guard,
    is_watched,
    looks_at_request,
    may_guard,
    of_route,
    refuses,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT705", name="write-route-without-guard", severity="question")

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Who is not known yet cannot be asked who they are; machines sign what they send.
_OPEN = Pattern(
    r"login|log_in|signin|sign_in|token|regist|sign_?up|refresh|logout|webhook|hook|callback|forgot|reset|verif"
    r"|confirm|health|contact|public|oauth|auth|password|search|feedback|subscribe|csp|ping|activate|invit",
    re.IGNORECASE,
)


def check(route: Route, view: View) -> Iterator[Ask]:
    """Asks about POST, PUT, PATCH and DELETE without a guard in a router whose other routes have one."""
    operation = route.operation
    function = operation.function
    if (
        function is None
        or _WRITING.isdisjoint(route.methods)
        or not route.is_complete
        or is_watched(view, route)
    ):
        return
    if _OPEN.search(f"{operation.path} {function.name}") or any(may_guard(one) for one in of_route(route)):
        return
    guarded = [one for one in _siblings(route, view) if _is_guarded(view, one)]
    if not guarded or refuses(function) or looks_at_request(view, function):
        return
    seen = view.once("aut.write_route_without_guard", set[object])
    if operation.node in seen:
        return
    seen.add(operation.node)
    method = next(iter(sorted(_WRITING & set(route.methods))))
    near = tuple(
        f"{one.operation.module.path}:{one.operation.node.lineno} {'/'.join(one.methods)} {one.path}"
        for one in guarded[:3]
    )
    yield Ask(
        asks=f"Who may call {method} `{route.path}` (`{function.name}`)? Its neighbours ask who is calling.",
        looked_for="a guard of the path operation, its router, its inclusion or its application; "
        "a check in the function; a middleware",
        looked_in=tuple(sorted({operation.module.path, route.app.module.path if route.app else ""} - {""})),
        seen_near=near,
        module=operation.module,
        node=function.node,
    )


def _siblings(route: Route, view: View) -> list[Route]:
    """The other routes that are declared on the same router."""
    return [
        one
        for one in view.routes_in(route.operation.module)
        if one.operation.router is route.operation.router
        and one.operation is not route.operation
        # What stands on the application itself belongs together by its path.
        and (not one.operation.router.is_app or _head(one) == _head(route))
    ]


def _is_guarded(view: View, route: Route) -> bool:
    return view.once(("aut.guarded", route), lambda: any(is_guard(one) for one in of_route(route)))


def _head(route: Route) -> str:
    return (route.path or "").strip("/").partition("/")[0]
