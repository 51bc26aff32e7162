"""A broad `except` also catches the `HTTPException` that its own `try` raises."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.err._catching import (
    HTTP_EXCEPTIONS,
    guard_of,
    guard_of_any,
    inside,
    is_broad,
    lets_pass,
    raised_http,
    spares_http,
)
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ERR302", name="http-exception-swallowed", severity="error", umbrella=("API008",), fix="suggest"
)
_DEPTH = 3
NEEDS = Needs(nodes=frozenset({ast.Try}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each broad clause that an HTTP exception of the `try` block runs into."""
    operations = view.operations(function)
    if any(operation.kind == "websocket" for operation in operations):
        return  # there an HTTP exception has nobody to answer
    is_request = bool(operations) or view.is_dependency(function)
    for node in view.own(function, ast.Try):
        handler = _catcher(view, function, node)
        if handler is None or lets_pass(view, function, handler):
            continue
        # Outside of path operations a function may use the exception for its own control flow.
        if not is_request and not _answers(view, function, handler):
            continue
        hops = _raised(view, function, node, follow=is_request and _says_something(function, handler))
        if not hops:
            continue
        what = f"except {ast.unparse(handler.type)}" if handler.type else "except"
        yield Report(
            function.module,
            handler,
            f"`{what}` in `{function.name}` also catches the `HTTPException` that its `try` raises.",
            subject=what,
            hops=tuple(hops[:3]),
            edits=_edits(view, function, handler),
        )


def _catcher(view: View, function: Function, node: ast.Try) -> ast.ExceptHandler | None:
    """The clause that an HTTP exception ends up in, if that is a broad one."""
    for handler in node.handlers:
        if is_broad(view, function.module, handler):
            return handler
        if spares_http(view, function.module, handler):
            return None
    return None


def _answers(view: View, function: Function, handler: ast.ExceptHandler) -> bool:
    return any(
        isinstance(node, ast.Raise) and raised_http(view, function.module, node)
        for node in inside(handler.body, function.scope.nodes)
    )


def _says_something(function: Function, handler: ast.ExceptHandler) -> bool:
    """Whether the clause answers; one that goes on with nothing may be meant for what a helper raises."""
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None))
        for node in inside(handler.body, function.scope.nodes)
    )


def _raised(view: View, function: Function, node: ast.Try, *, follow: bool) -> list[Hop]:
    """The places in the `try` block where an HTTP exception comes from."""
    found = []
    for one in inside(node.body, function.scope.nodes):
        if guard_of(view, function.module, one, node) is not None:
            continue
        if isinstance(one, ast.Raise):
            if name := raised_http(view, function.module, one):
                found.append(Hop(function.module, one, f"raises `{name}`"))
        elif isinstance(one, ast.Call) and follow:
            found += _raised_by_call(view, function, one, _DEPTH)
    return found


def _raised_by_call(view: View, function: Function, call: ast.Call, depth: int) -> list[Hop]:
    """The raise that a helper of the project makes, if the call surely runs it."""
    target = view.target(function.module, call.func)
    helper = target.function if target else None
    if helper is None or depth == 0 or helper.is_generator:
        return []
    if helper.is_async and not isinstance(view.parent(call), ast.Await):
        return []
    here = Hop(function.module, call, f"calls `{helper.name}`")
    free = [node for node in helper.scope.nodes if isinstance(node, ast.Raise | ast.Call)]
    free = [node for node in free if not guard_of_any(view, helper, node)]
    for node in free:
        if isinstance(node, ast.Raise) and (name := raised_http(view, helper.module, node)):
            return [here, Hop(helper.module, node, f"raises `{name}`")]
    for node in free:
        if isinstance(node, ast.Call) and (below := _raised_by_call(view, helper, node, depth - 1)):
            return [here, *below]
    return []


def _edits(view: View, function: Function, handler: ast.ExceptHandler) -> tuple[Edit, ...]:
    """`except HTTPException: raise` in front of the clause, where the module can spell the class."""
    bindings = function.module.scope.bindings.get("HTTPException", [])
    if not any(binding.kind == "from" for binding in bindings):
        return ()
    if not any(
        view.name(function.module, node) in HTTP_EXCEPTIONS
        for node in function.module.nodes.get(ast.Name, ())
        if isinstance(node, ast.Name) and node.id == "HTTPException"
    ):
        return ()
    line = view.lines(function.module).line(handler.lineno)
    indent = line[: len(line) - len(line.lstrip())]
    text = f"except HTTPException:\n{indent}    raise\n{indent}"
    return (view.insert_before(function.module, handler, text),)
