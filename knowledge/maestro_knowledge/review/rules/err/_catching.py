"""What `except` clauses catch, and what they do with it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project import inference
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.view import View

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})


def caught_classes(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The classes that the clause names; none for a bare `except:`."""
    if handler.type is None:
        return []
    return handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]


def is_broad(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the clause catches every exception there is."""
    return handler.type is None or any(view.name(module, one) in _BROAD for one in caught_classes(handler))


def inside(statements: list[ast.stmt], scope_nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of the scope that stand in the statements, by place in the file."""
    if not statements:
        return
    first = (statements[0].lineno, statements[0].col_offset)
    last = (statements[-1].end_lineno or 0, statements[-1].end_col_offset or 0)
    for node in scope_nodes:
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if place[0] and first <= place < last:
            yield node


def raised_http(view: View, module: Module, node: ast.Raise) -> str:
    """The name of the `HTTPException` class that the statement raises; empty if it is none."""
    if node.exc is None:
        return ""
    what = view.type(module, node.exc)
    if not view.is_a(what, *HTTP_EXCEPTIONS):
        return ""
    return what.name.rpartition(".")[2] if what else ""


def guard_of(view: View, module: Module, node: ast.AST, outermost: ast.Try) -> ast.ExceptHandler | None:
    """The first clause of a `try` between the node and `outermost` that catches an `HTTPException`."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and around is not outermost:
        if isinstance(around, ast.Try) and any(child is one for one in around.body):
            for handler in around.handlers:
                if is_broad(view, module, handler) or _names_http(view, module, handler):
                    return handler
        child, around = around, view.parent(around)
    return None


def is_http(view: View, module: Module, node: ast.expr) -> bool:
    """Whether the expression names an `HTTPException` class."""
    target = view.target(module, node)
    return target is not None and bool(inference.is_kind_of(view.project, target, *HTTP_EXCEPTIONS))


def _names_http(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    return any(is_http(view, module, one) for one in caught_classes(handler))


def spares_http(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the clause takes HTTP exceptions out before a later one; also where its class is not known."""
    return any(
        view.target(module, one) is None or is_http(view, module, one) for one in caught_classes(handler)
    )


def lets_pass(view: View, function: Function, handler: ast.ExceptHandler) -> bool:
    """Whether what is caught may go on as it is: raised again, looked into, or handed to a helper."""
    name = handler.name or ""
    for node in inside(handler.body, function.scope.nodes):
        if isinstance(node, ast.Raise) and (node.exc is None or _is_name(node.exc, name)):
            return True
        if isinstance(node, ast.Attribute) and node.attr == "status_code" and _is_name(node.value, name):
            return True
        if isinstance(node, ast.Call) and _may_pass(view, function, node, name):
            return True
        if isinstance(node, ast.MatchClass | ast.Match):
            return True
    return False


def _may_pass(view: View, function: Function, call: ast.Call, name: str) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not name or not any(_is_name(one, name) for one in given):
        return False
    called = view.name(function.module, call.func)
    if called in {"builtins.isinstance", "builtins.getattr", "builtins.hasattr", "builtins.type"}:
        return True
    target = view.target(function.module, call.func)
    helper = target.function if target else None
    if helper is not None:
        # A helper that is handed the exception may well raise it again.
        return any(isinstance(node, ast.Raise) for node in helper.scope.nodes) or _is_answer(view, call)
    return called not in {"builtins.str", "builtins.repr"} and _is_answer(view, call)


def _is_answer(view: View, call: ast.Call) -> bool:
    """Whether what the call gives is raised or returned."""
    around = view.parent(call)
    around = view.parent(around) if isinstance(around, ast.Await) else around
    return isinstance(around, ast.Raise | ast.Return)


def _is_name(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and bool(name)


def guard_of_any(view: View, function: Function, node: ast.AST) -> bool:
    """Whether a `try` of the function catches the HTTP exception that the node raises."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and around is not function.node:
        if isinstance(around, ast.Try) and any(child is one for one in around.body):
            for handler in around.handlers:
                if is_broad(view, function.module, handler) or spares_http(view, function.module, handler):
                    return True
        child, around = around, view.parent(around)
    return False
