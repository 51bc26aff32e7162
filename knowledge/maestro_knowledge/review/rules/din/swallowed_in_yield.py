"""A yield dependency catches an exception and does not raise again."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.din._raising import (
    blocks_around,
    is_suppressing,
    surely_raises,
    yields_of,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN507", name="swallowed-in-yield", severity="error", fix="safe", since="0.110.0")

# Raised into a dependency when nobody is left to be answered.
_NO_ANSWER = frozenset(
    {
        "asyncio.CancelledError",
        "asyncio.exceptions.CancelledError",
        "builtins.GeneratorExit",
        "fastapi.WebSocketDisconnect",
        "fastapi.websockets.WebSocketDisconnect",
        "starlette.requests.ClientDisconnect",
        "fastapi.requests.ClientDisconnect",
    }
)
NEEDS = Needs(nodes=frozenset({ast.Yield, ast.YieldFrom}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports whatever ends an exception of the path operation inside the dependency."""
    if not function.is_generator or not view.is_dependency(function):
        return
    for node in yields_of(function):
        for owner, name, _, _ in blocks_around(view, node):
            if isinstance(owner, ast.Try) and name == "body":
                yield from _of_try(view, function, node, owner)
            elif isinstance(owner, ast.With | ast.AsyncWith) and is_suppressing(view, function.module, owner):
                yield _report(function, owner, node, "suppresses exceptions around its `yield`")


def _of_try(view: View, function: Function, node: ast.Yield, statement: ast.Try) -> Iterator[Report]:
    for handler in statement.handlers:
        if surely_raises(view, function.module, handler.body) or _is_harmless(view, function, handler):
            continue
        caught = f"`{ast.unparse(handler.type)}`" if handler.type else "everything"
        says = f"catches {caught} around its `yield` and does not raise it again"
        yield _report(function, handler, node, says, _edits(view, function, handler))
    leaving = [one for one in statement.finalbody if isinstance(one, ast.Return)]
    if leaving:
        yield _report(function, leaving[0], node, "returns in the `finally` around its `yield`")


def _report(
    function: Function, at: ast.AST, node: ast.Yield, says: str, edits: tuple[Edit, ...] = ()
) -> Report:
    return Report(
        function.module,
        at,
        f"`{function.name}` {says}.",
        hops=(Hop(function.module, node, "the exception of the path operation arrives here"),),
        edits=edits,
    )


def _is_harmless(view: View, function: Function, handler: ast.ExceptHandler) -> bool:
    """Whether only exceptions are caught after which no response is awaited."""
    if handler.type is None:
        return False
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(view.name(function.module, one) in _NO_ANSWER for one in caught)


def _edits(view: View, function: Function, handler: ast.ExceptHandler) -> tuple[Edit, ...]:
    """`raise` as the last statement of the handler, in place of a `pass` or `return` there."""
    last = handler.body[-1]
    if isinstance(last, ast.Pass) or (isinstance(last, ast.Return) and last.value is None):
        return (view.replace(function.module, last, "raise"),)
    if isinstance(last, ast.Return | ast.Continue | ast.Break) or last.lineno == handler.lineno:
        return ()
    return (view.insert_after(function.module, last, f"\n{' ' * last.col_offset}raise"),)
