"""What is done with a WebSocket, and whether somebody is ready for the other side to leave."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

_SOCKET = "fastapi.WebSocket"
_CATCHES_ALL = frozenset({"builtins.Exception", "builtins.BaseException"})
_SUPPRESS = frozenset({"contextlib.suppress", "anyio.suppress"})


def is_socket(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the expression is a WebSocket."""
    return view.is_a(view.type(module, node), _SOCKET)


def socket_calls(view: View, function: Function, methods: frozenset[str]) -> Iterator[tuple[ast.Call, str]]:
    """Every call of one of these methods of a WebSocket in the function, with the method's name."""
    for node in view.own(function, ast.Call):
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in methods:
            continue
        if is_socket(view, function.module, method.value):
            yield node, method.attr


def is_guarded(view: View, module: Module, node: ast.AST) -> bool:
    """Whether a `try` or `suppress` around the node, in its function, takes what a leaving client raises."""
    child, around = node, view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        tried = around if isinstance(around, ast.Try | ast.TryStar) and child in around.body else None
        handlers = tried.handlers if tried is not None else []
        if any(_catches(view, module, handler.type) for handler in handlers):
            return True
        if isinstance(around, ast.With | ast.AsyncWith) and any(
            _suppresses(view, module, item.context_expr) for item in around.items
        ):
            return True
        child, around = around, view.parent(around)
    return False


def _catches(view: View, module: Module, node: ast.expr | None) -> bool:
    if node is None:
        return True
    if isinstance(node, ast.Tuple):
        return any(_catches(view, module, one) for one in node.elts)
    name = view.name(module, node)
    if name in _CATCHES_ALL or name.endswith("WebSocketDisconnect"):
        return True
    # A tuple or an alias of the project's own may hold it.
    target = view.target(module, node)
    if target is None:
        return True
    if target.kind == "value":
        return (
            not isinstance(target.node, ast.Tuple)
            or target.module is None
            or _catches(view, target.module, target.node)
        )
    return False


def _suppresses(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the context manager may swallow it: one of the project's own is not known to let it through."""
    if not isinstance(node, ast.Call):
        return False
    name = view.name(module, node.func)
    if name in _SUPPRESS:
        return any(_catches(view, module, argument) for argument in node.args)
    target = view.target(module, node.func)
    function = target.function if target is not None else None
    return function is not None and any(isinstance(one, ast.ExceptHandler) for one in walk(function.node))
