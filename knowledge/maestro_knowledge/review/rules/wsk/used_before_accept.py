"""A WebSocket is used before it was accepted."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._parameters import parameters_below
from maestro_knowledge.review.rules.wsk._sockets import is_socket, socket_calls
from maestro_knowledge.review.view import View

RULE = Rule(id="WSK202", name="used-before-accept", severity="error", fix="suggest")

_USES = frozenset(
    f"{verb}_{what}" for verb in ("send", "receive", "iter") for what in ("text", "json", "bytes")
)
_DEPTH = 3
NEEDS = Needs(words=_USES | {"accept"})


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports the first message of a path operation to or from a connection that nobody accepted yet."""
    if not any(operation.kind == "websocket" for operation in view.operations(function)):
        return
    if _is_given_accepted(view, function):
        return
    accepted: ast.Call | None = None
    first: ast.Call | None = None
    calls = socket_calls(view, function, _USES | {"accept"})
    for node, method in sorted(calls, key=lambda pair: _place(pair[0])):
        if method == "accept":
            accepted = accepted or node
        elif accepted is None and first is None:
            first = node
    if first is None or _may_be_accepted(view, function, first) or _asks_for_state(view, first):
        return
    late = (Hop(function.module, accepted, "accepted only here"),) if accepted is not None else ()
    shown = ast.unparse(first.func)
    when = "before `accept()`" if accepted is not None else "without `accept()`"
    yield Report(
        function.module,
        first,
        f"`{function.name}` calls `{shown}` {when}.",
        subject=f"{function.qualname} accept",
        hops=late,
        edits=_edits(view, function, first) if accepted is None else (),
    )


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _is_given_accepted(view: View, function: Function) -> bool:
    """Whether a dependency gets the connection and may accept it."""
    listed = [one for route in view.routes(function) for one in route.dependencies]
    parameters = [one for operation in view.operations(function) for one in operation.parameters]
    inner = [one.dependency for one in parameters_below(parameters) if one.dependency is not None]
    for dependency in [*listed, *inner]:
        if not dependency.is_complete and dependency.function is None and dependency.scheme is None:
            return True
        if dependency.function is not None and _accepts(view, dependency.function, _DEPTH):
            return True
    return False


def _may_be_accepted(view: View, function: Function, first: ast.Call) -> bool:
    """Whether the connection is given away before its first use to something that accepts, or may."""
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call) or _place(node) >= _place(first):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(is_socket(view, function.module, one) for one in given):
            continue
        target = view.target(function.module, node.func)
        if target is None or (target.function is None and target.name != "builtins.print"):
            return True
        if target.function is not None and _accepts(view, target.function, _DEPTH):
            return True
    return False


def _accepts(view: View, function: Function, depth: int) -> bool:
    for node in function.scope.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "accept":
            return True
    return depth > 0 and any(_accepts(view, one, depth - 1) for one in view.callees(function))


def _asks_for_state(view: View, node: ast.AST) -> bool:
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.If | ast.While | ast.Match):
            tested = around.subject if isinstance(around, ast.Match) else around.test
            if "state" in ast.unparse(tested):
                return True
        around = view.parent(around)
    return False


def _edits(view: View, function: Function, first: ast.Call) -> tuple[Edit, ...]:
    """`await ws.accept()` in front of the body's first statement that is no docstring."""
    body = function.node.body
    start = (
        body[1]
        if len(body) > 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        else body[0]
    )
    if not isinstance(first.func, ast.Attribute) or not isinstance(first.func.value, ast.Name):
        return ()
    if start.lineno == function.node.lineno:
        return ()
    indent = " " * start.col_offset
    return (view.insert_before(function.module, start, f"await {first.func.value.id}.accept()\n{indent}"),)
