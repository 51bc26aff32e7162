"""The text of an exception, or a traceback, is sent to the client."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC617", name="exception-text-to-client", severity="error", umbrella=("API008",))

_TRACEBACKS = frozenset({"traceback.format_exc", "traceback.format_exception", "traceback.format_tb"})
_TEXTS = frozenset({"builtins.str", "builtins.repr"})
_ANSWERS = frozenset(
    {"fastapi.HTTPException", "starlette.exceptions.HTTPException"}
    | {f"fastapi.responses.{name}Response" for name in ("JSON", "ORJSON", "UJSON", "PlainText", "HTML")}
    | {"fastapi.Response", "fastapi.responses.Response"}
)
_CARRIERS = (
    ast.Dict, ast.List, ast.Tuple, ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.keyword, ast.IfExp,
    ast.BoolOp,
)  # fmt: skip
# Their text is written for clients.
_FOR_CLIENTS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each place where exception text enters an answer."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Call) and view.name(function.module, node.func) in _TRACEBACKS:
            if _is_answered(function, node, view):
                yield Report(
                    function.module, node, f"`{function.name}` sends a traceback to the client.",
                    subject="traceback",
                )  # fmt: skip
            continue
        shown = _shown(function, node, view)
        if shown is None or not _is_answered(function, node, view):
            continue
        caught = _caught(function, shown, view)
        if not caught:
            continue
        own = all(kind == "own" for kind in caught)
        yield Report(
            function.module,
            node,
            f"`{function.name}` sends the text of the exception `{shown.id}` to the client.",
            subject=shown.id,
            severity="warning" if own else None,
        )


def _shown(function: Function, node: ast.AST, view: View) -> ast.Name | None:
    """The name whose text the node makes: `str(e)`, `repr(e)`, `{e}`, `e.args`."""
    value: ast.AST | None = None
    if isinstance(node, ast.FormattedValue):
        value = node.value
    elif isinstance(node, ast.Call) and view.name(function.module, node.func) in _TEXTS and node.args:
        value = node.args[0]
    return value if isinstance(value, ast.Name) else None


def _is_answered(function: Function, node: ast.AST, view: View) -> bool:
    """Whether the value goes straight into an exception or response, or is what a handler returns."""
    above = view.parent(node)
    while isinstance(above, _CARRIERS):
        above = view.parent(above)
    if isinstance(above, ast.Call):
        return view.name(function.module, above.func) in _ANSWERS
    return isinstance(above, ast.Return) and view.is_handler(function)


def _caught(function: Function, name: ast.Name, view: View) -> tuple[str, ...]:
    """For each class that the name may hold: "own" or "foreign"; nothing where its text is for clients."""
    around = view.parent(name)
    while around is not None and around is not function.node:
        if isinstance(around, ast.ExceptHandler) and around.name == name.id:
            given = around.type
            nodes = given.elts if isinstance(given, ast.Tuple) else [given]
            return _kinds(function, [one for one in nodes if one is not None], view)
        around = view.parent(around)
    parameters = function.node.args.args
    if len(parameters) > 1 and parameters[1].arg == name.id:
        # What it is registered for says more than the annotation, which type checkers want as `Exception`.
        return _registered(function, view)
    return ()


def _registered(function: Function, view: View) -> tuple[str, ...]:
    """The kinds of exceptions that the function is registered for."""
    names = [
        one.exception
        for app in view.project.apps
        for one in app.exception_handlers
        if one.function is function
    ]
    if any(name in _FOR_CLIENTS or name.isdigit() for name in names):
        return ()
    own = {cls.id for module in view.project.modules for cls in module.classes}
    return tuple("own" if name in own else "foreign" for name in names)


def _kinds(function: Function, nodes: list[ast.expr], view: View) -> tuple[str, ...]:
    found = []
    for node in nodes:
        target = view.target(function.module, node)
        if target is None:
            return ()
        known = view.type(function.module, node)
        if target.name in _FOR_CLIENTS or view.is_a(known, *_FOR_CLIENTS):
            return ()
        found.append("own" if target.kind == "class" else "foreign")
    return tuple(found)
