"""Which code surely raises, and which of it an exception at a `yield` would skip."""

import ast
from collections.abc import Iterator, Sequence

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.view import View

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_DEPTH = 5


def surely_raises(view: View, module: Module, body: Sequence[ast.stmt], depth: int = _DEPTH) -> bool:
    """Whether no way through the statements ends without an exception."""
    return any(_raises(view, module, statement, depth) for statement in body)


def _raises(view: View, module: Module, statement: ast.stmt, depth: int) -> bool:
    match statement:
        case ast.Raise():
            return True
        case ast.If(body=body, orelse=orelse):
            return surely_raises(view, module, body, depth) and surely_raises(view, module, orelse, depth)
        case ast.With() | ast.AsyncWith():
            return not is_suppressing(view, module, statement) and surely_raises(
                view, module, statement.body, depth
            )
        case ast.Try(body=body, handlers=handlers, finalbody=finalbody):
            caught = all(surely_raises(view, module, handler.body, depth) for handler in handlers)
            return surely_raises(view, module, finalbody, depth) or (
                caught and surely_raises(view, module, body, depth)
            )
        case ast.Match(cases=cases):
            return any(_is_default(case) for case in cases) and all(
                surely_raises(view, module, case.body, depth) for case in cases
            )
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return _calls_what_raises(view, module, call, depth)
        case _:
            return False


def _is_default(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _calls_what_raises(view: View, module: Module, call: ast.Call, depth: int) -> bool:
    """A helper of the project that always raises ends the way as well as a `raise` does."""
    target = view.target(module, call.func)
    function = target.function if target else None
    if function is None or depth == 0:
        return False
    return surely_raises(view, function.module, function.node.body, depth - 1)


def is_suppressing(view: View, module: Module, statement: ast.With | ast.AsyncWith) -> bool:
    """Whether the `with` swallows exceptions of its body by `contextlib.suppress`."""
    calls = [item.context_expr for item in statement.items if isinstance(item.context_expr, ast.Call)]
    return any(view.name(module, call.func) == "contextlib.suppress" for call in calls)


def is_broad(view: View, module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler catches whatever a path operation may raise."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return handler.type is None or any(view.name(module, one) in _BROAD for one in caught)


def yields_of(function: Function) -> list[ast.Yield]:
    """The `yield`s of the function itself."""
    return [node for node in function.scope.nodes if isinstance(node, ast.Yield)]


def blocks_around(view: View, node: ast.AST) -> Iterator[tuple[ast.AST, str, list[ast.stmt], ast.stmt]]:
    """From a node outwards: each block's owner, which of its blocks it is, the block, and where in it."""
    child: ast.AST | None = node
    while child is not None and not isinstance(child, ast.stmt | ast.ExceptHandler):
        child = view.parent(child)
    while child is not None and (owner := view.parent(child)) is not None:
        for name in ("body", "orelse", "finalbody", "handlers"):
            block = getattr(owner, name, None)
            if isinstance(block, list) and any(one is child for one in block):
                yield owner, name, block, child  # type: ignore[misc]
        if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return
        child = owner
