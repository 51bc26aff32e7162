"""A dependency that ends with the function is used after it."""

import ast
from collections.abc import Iterator, Sequence

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN513", name="closed-before-use", severity="error", since="0.121.0", preview=True)

_STREAMS = frozenset(
    {"fastapi.responses.StreamingResponse", "starlette.responses.StreamingResponse"}
    | {"sse_starlette.EventSourceResponse", "sse_starlette.sse.EventSourceResponse"}
)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports values of `scope="function"` in bodies that are streamed, and in background tasks."""
    function = operation.function
    if function is None:
        return
    for parameter in operation.parameters:
        given = parameter.dependency
        if given is None or given.lifetime != "function" or given.function is None:
            continue
        if not given.function.is_generator:
            continue
        for node, how in _late(view, function, parameter.name):
            message = (
                f"`{parameter.name}` is closed when `{function.name}` returns, and used {how} after that."
            )
            hops = (Hop(given.module, given.node, 'it ends with the function: `scope="function"`'),)
            yield Report(function.module, node, message, subject=parameter.name, hops=hops)
            break


def _late(view: View, function: Function, name: str) -> Iterator[tuple[ast.AST, str]]:
    """Where the value is used once the function has returned."""
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call):
            continue
        called = view.name(function.module, node.func)
        given = [*node.args, *(one.value for one in node.keywords)]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "add_task" and _hands_over(given, name):
            yield node, "in a background task"
        elif called in _STREAMS and given and _streams(view, function, given[0], name):
            yield node, "by the body that is streamed"


def _hands_over(given: list[ast.expr], name: str) -> bool:
    """Whether the value itself, or a method of it, goes to the task; what was read from it may be plain."""
    first = given[0] if given else None
    is_method = (
        isinstance(first, ast.Attribute) and isinstance(first.value, ast.Name) and first.value.id == name
    )
    return is_method or any(isinstance(one, ast.Name) and one.id == name for one in given)


def _streams(view: View, function: Function, body: ast.expr, name: str) -> bool:
    """Whether the body is a generator that uses the value: by argument, by closure, or as an expression."""
    if isinstance(body, ast.GeneratorExp):
        return _names([body], name)
    if not isinstance(body, ast.Call):
        return False
    target = view.target(function.module, body.func)
    made = target.function if target is not None else None
    if made is None or not made.is_generator:
        return False
    passed = [*body.args, *(one.value for one in body.keywords)]
    is_inner = any(one is function.node for one in _around(view, made.node))
    return _names(passed, name) or (is_inner and _names([made.node], name))


def _around(view: View, node: ast.AST) -> Iterator[ast.AST]:
    above = view.parent(node)
    while above is not None:
        yield above
        above = view.parent(above)


def _names(nodes: Sequence[ast.AST], name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for node in nodes for one in walk(node))
