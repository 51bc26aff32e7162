"""`raise HTTPException` inside middleware."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.mid._functions import (
    HTTP_EXCEPTIONS,
    is_http_exception,
    middleware_functions,
)
from maestro_knowledge.review.view import View

RULE = Rule(
    id="MID804", name="http-exception-in-middleware", severity="error", umbrella=("API008",), fix="suggest"
)

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_DEEPEST = 3


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each HTTP exception that leaves a middleware, raised there or in what it calls."""
    for function in middleware_functions(view):
        if function.module is module:
            yield from _raised(view, function)
            yield from _raised_below(view, function)


def _raised(view: View, function: Function) -> Iterator[Report]:
    for node in escaping(view, function):
        yield Report(
            function.module,
            node,
            f"`{function.qualname}` is middleware and raises `HTTPException`: the client gets a 500.",
            subject=view.source(function.module, node)[:80],
        )


def _raised_below(view: View, function: Function) -> Iterator[Report]:
    seen: set[Function] = set()
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call) or _is_caught(view, function.module, node):
            continue
        called = _called(view, function.module, node)
        if called is None or called in seen:
            continue
        seen.add(called)
        if (found := _first_escaping(view, called, _DEEPEST, {function})) is not None:
            raiser, raised = found
            yield Report(
                function.module,
                node,
                f"`{function.qualname}` is middleware and calls `{called.qualname}`, which raises "
                "`HTTPException`: the client gets a 500.",
                subject=called.qualname,
                hops=(Hop(raiser.module, raised, "raised here"),),
            )


def escaping(view: View, function: Function) -> list[ast.Raise]:
    """The statements of the function that raise an HTTP exception which nothing in it catches."""
    module = function.module
    return [
        node
        for node in function.scope.nodes
        if isinstance(node, ast.Raise)
        and is_http_exception(view, module, node.exc)
        and not _is_caught(view, module, node)
    ]


def _called(view: View, module: Module, call: ast.Call) -> Function | None:
    target = view.target(module, call.func)
    function = target.function if target is not None else None
    if function is None or function.is_generator:
        return None
    # A coroutine that is not awaited does not run here.
    awaited = isinstance(view.parent(call), ast.Await)
    return function if awaited or not function.is_async else None


def _first_escaping(
    view: View, function: Function, depth: int, above: set[Function]
) -> tuple[Function, ast.Raise] | None:
    if found := escaping(view, function):
        return function, found[0]
    if depth == 1:
        return None
    for node in function.scope.nodes:
        if isinstance(node, ast.Call) and not _is_caught(view, function.module, node):
            called = _called(view, function.module, node)
            if called is not None and called not in above:
                inner = _first_escaping(view, called, depth - 1, {*above, function, called})
                if inner is not None:
                    return inner
    return None


def _is_caught(view: View, module: Module, node: ast.AST) -> bool:
    """Whether a `try` around the node, in the same function, catches HTTP exceptions."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        is_tried = isinstance(around, ast.Try) and any(child is one for one in around.body)
        if is_tried and any(_catches(view, module, handler) for handler in getattr(around, "handlers", ())):
            return True
        child, around = around, view.parent(around)
    return False


def _catches(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    classes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for one in classes:
        name = view.name(module, one)
        # What is not known may be a base class of it.
        if not name or name in _BROAD or name in HTTP_EXCEPTIONS or is_http_exception(view, module, one):
            return True
    return False
