"""A loop receives from a WebSocket, and nobody expects the other side to leave."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.calls import callers_of
from maestro_knowledge.project.signatures import is_transparent
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.wsk._sockets import is_guarded, socket_calls
from maestro_knowledge.review.view import View

RULE = Rule(id="WSK201", name="disconnect-unhandled", severity="warning", fix="suggest")

_RECEIVES = frozenset({"receive_text", "receive_json", "receive_bytes"})
NEEDS = Needs(words=_RECEIVES)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each loop that receives until the client leaves, and lets that end in a traceback."""
    seen = set()
    for node, method in socket_calls(view, function, _RECEIVES):
        loop = _loop_around(view, node)
        if loop is None or loop in seen:
            continue
        if is_guarded(view, function.module, node):
            continue
        seen.add(loop)
        hop = _unguarded_way(view, function)
        if hop is None:
            continue
        yield Report(
            function.module,
            node,
            f"`{function.name}` receives in a loop and does not expect `WebSocketDisconnect`: a client that "
            "leaves ends it with a traceback.",
            subject=f"{function.qualname} {method}",
            hops=hop,
        )


def _loop_around(view: View, node: ast.AST) -> ast.AST | None:
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        if isinstance(around, ast.While | ast.For):
            return around
        around = view.parent(around)
    return None


def _unguarded_way(view: View, function: Function) -> tuple[Hop, ...] | None:
    """How the function is reached with nobody in between who catches; None if no such way is in sight."""
    if view.is_handler(function):
        return () if _is_bare(view, function) else None
    for site in callers_of(view.project, function):
        caller = view.around(site.module, site.node)
        if caller is None or not view.is_handler(caller) or not _is_bare(view, caller):
            continue
        awaited = isinstance(view.parent(site.node), ast.Await)
        if awaited and not is_guarded(view, site.module, site.node):
            return (Hop(site.module, site.node, f"called by `{caller.name}`"),)
    return None


def _is_bare(view: View, function: Function) -> bool:
    """Whether no decorator wraps the function: what wraps it may catch."""
    routes = {operation.node for operation in view.operations(function)}
    others = [decorator for decorator in function.node.decorator_list if decorator not in routes]
    return all(_is_foreign(view, function, decorator) for decorator in others)


def _is_foreign(view: View, function: Function, decorator: ast.expr) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    target = view.target(function.module, node)
    known = is_transparent(view.project, function.module, decorator)
    return known and (target is None or target.function is None)
