"""A WebSocket accepts everybody, from every page."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Route
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.aut._guards import is_watched, may_guard, of_route, refuses
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT710", name="unguarded-websocket", severity="question", preview=True)

_READS = frozenset({"headers", "cookies", "query_params", "session", "user", "auth"})
_CLOSED = frozenset({1008, 3000, 3003, 4001, 4003, 4401, 4403})


def check(route: Route, view: View) -> Iterator[Ask]:
    """Asks about WebSocket routes where nothing reads who is connecting, or from which page."""
    operation = route.operation
    function = operation.function
    if operation.kind != "websocket" or function is None or not route.is_complete or is_watched(view, route):
        return
    if any(may_guard(one) for one in of_route(route)):
        return
    if any(one.location in {"query", "header", "cookie", "unknown"} for one in route.parameters):
        return
    own = [function, *view.callees(function)]
    if any(refuses(one) or _reads(one.scope.nodes) for one in own):
        return
    seen = view.once("aut.unguarded_websocket", set[object])
    if operation in seen:
        return
    seen.add(operation)
    yield Ask(
        asks=f"Who may connect to the WebSocket `{route.path}` (`{function.name}`), and from which pages?",
        looked_for="a guard, a token or cookie, the `Origin` header, a close with 1008, a middleware",
        looked_in=tuple(sorted({one.module.path for one in own})),
        module=operation.module,
        node=function.node,
    )


def _reads(nodes: list[ast.AST]) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and (node.attr in _READS or node.attr == "WS_1008_POLICY_VIOLATION"))
        or (isinstance(node, ast.Constant) and type(node.value) is int and node.value in _CLOSED)
        for node in nodes
    )
