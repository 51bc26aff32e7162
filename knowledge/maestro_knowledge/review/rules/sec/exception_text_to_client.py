"""The text of an exception, or a traceback, is sent to the client."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._raised import said_by_project
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC617", name="exception-text-to-client", severity="error", umbrella=("API008",))

_TRACEBACKS = frozenset(
    f"traceback.{name}" for name in ("format_exc", "format_exception", "format_tb", "format_stack")
)
_TEXTS = frozenset({"builtins.str", "builtins.repr", "builtins.format", "builtins.ascii"})
_MEMBERS = frozenset(
    {"args", "orig", "message", "msg", "strerror", "reason", "__cause__", "stderr", "stdout"}
)
_ANSWERS = frozenset(
    {"fastapi.HTTPException", "starlette.exceptions.HTTPException", "fastapi.WebSocketException"}
    | {f"fastapi.responses.{name}Response" for name in ("JSON", "ORJSON", "UJSON", "PlainText", "HTML")}
    | {"fastapi.Response", "fastapi.responses.Response"}
)
_DEPTH = 4
_SENDS = frozenset({"send_text", "send_json", "send_bytes", "close"})
_ASIDE = frozenset({"status_code", "headers", "media_type", "background", "code"})
# Their text is written for clients.
_FOR_CLIENTS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each place where exception text enters an answer."""
    if not _has_exceptions(view, function):
        return
    seen: set[ast.AST] = set()
    for node in function.scope.nodes:
        for answer in _answers(view, function, node):
            for at, source in _shown(view, function, answer, _DEPTH, is_text=False):
                if at not in seen:
                    seen.add(at)
                    yield from _report(view, function, at, source)


def _has_exceptions(view: View, function: Function) -> bool:
    """Whether the function catches something, or is registered for exceptions."""
    handlers = view.once(
        "sec.exception_handlers",
        lambda: {one.function for app in view.project.apps for one in app.exception_handlers},
    )
    return function in handlers or bool(view.own(function, ast.ExceptHandler))


def _report(view: View, function: Function, at: ast.AST, source: ast.Name | None) -> Iterator[Report]:
    if source is None:
        message = f"`{function.name}` sends a traceback to the client."
        yield Report(function.module, at, message, subject="traceback")
        return
    caught = _caught(function, source, view)
    if caught:
        own = all(kind == "own" for kind in caught)
        message = f"`{function.name}` sends the text of the exception `{source.id}` to the client."
        yield Report(function.module, at, message, source.id, severity="warning" if own else None)


def _answers(view: View, function: Function, node: ast.AST) -> Iterator[ast.expr]:
    """What the node sends to the client."""
    if isinstance(node, ast.Call):
        sends = isinstance(node.func, ast.Attribute) and node.func.attr in _SENDS
        if view.name(function.module, node.func) in _ANSWERS or (
            sends
            and view.is_a(view.type(function.module, getattr(node.func, "value", None)), "fastapi.WebSocket")
        ):
            yield from node.args
            yield from (one.value for one in node.keywords if one.arg not in _ASIDE)
    elif isinstance(node, ast.Return) and node.value is not None and view.is_handler(function):
        yield node.value
        if isinstance(node.value, ast.Name):
            yield from _stored(function, node.value.id)


def _stored(function: Function, name: str) -> Iterator[ast.expr]:
    """What is put into the dict of that name."""
    for node in function.scope.nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        holder = target.value if isinstance(target, ast.Subscript) else None
        if isinstance(node, ast.Assign) and isinstance(holder, ast.Name) and holder.id == name:
            yield node.value


def _shown(
    view: View, function: Function, node: ast.expr, depth: int, *, is_text: bool
) -> Iterator[tuple[ast.AST, ast.Name | None]]:
    """Where the value shows an exception, and which: as text, or as a member that holds text."""
    if depth == 0:
        return
    inner: list[ast.expr] = []
    match node:
        case ast.Name() if is_text and _is_exception(function, node):
            yield node, node
        case ast.Name():
            bindings = function.scope.bindings.get(node.id, [])
            values = [one.value for one in bindings if one.kind == "assign" and one.value is not None]
            for value in values:
                yield from (
                    (node, source) for _, source in _shown(view, function, value, depth - 1, is_text=is_text)
                )
        case ast.Attribute(value=ast.Name() as base, attr=attr) if attr in _MEMBERS:
            if _is_exception(function, base):
                yield node, base
        case ast.Subscript(value=value):
            inner = [value]
        case ast.FormattedValue(value=value):
            yield from ((node, source) for _, source in _shown(view, function, value, depth, is_text=True))
        case ast.JoinedStr(values=values) | ast.Dict(values=values) | ast.BoolOp(values=values):
            inner = values
        case ast.List(elts=items) | ast.Tuple(elts=items):
            inner = items
        case ast.IfExp(body=body, orelse=orelse):
            inner = [body, orelse]
        case ast.BinOp(op=ast.Mod(), left=left, right=right) if isinstance(
            left, ast.Constant | ast.JoinedStr
        ):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            for one in given:
                yield from ((node, source) for _, source in _shown(view, function, one, depth, is_text=True))
        case ast.BinOp(left=left, right=right):
            inner = [left, right]
        case ast.Call():
            yield from _of_call(view, function, node, depth)
    for one in inner:
        yield from _shown(view, function, one, depth, is_text=is_text)


def _of_call(
    view: View, function: Function, node: ast.Call, depth: int
) -> Iterator[tuple[ast.AST, ast.Name | None]]:
    name = view.name(function.module, node.func)
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in _TRACEBACKS:
        yield node, None
    elif name in _TEXTS or method == "format":
        for one in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from ((node, source) for _, source in _shown(view, function, one, depth, is_text=True))
    elif method in {"join", "splitlines", "strip", "split"} and isinstance(node.func, ast.Attribute):
        for one in (*node.args, node.func.value):
            yield from _shown(view, function, one, depth, is_text=False)


def _is_exception(function: Function, node: ast.Name) -> bool:
    """Whether the name may hold an exception: of an `except`, or what an exception handler gets."""
    bindings = function.scope.bindings.get(node.id, ())
    parameters = function.node.args.args
    return any(one.kind == "except" for one in bindings) or (
        len(parameters) > 1 and parameters[1].arg == node.id
    )


def _caught(function: Function, name: ast.Name, view: View) -> tuple[str, ...]:
    """For each class that the name may hold: "own" or "foreign"; nothing where its text is for clients."""
    around = view.parent(name)
    while around is not None and around is not function.node:
        if isinstance(around, ast.ExceptHandler) and around.name == name.id:
            given = around.type
            nodes = given.elts if isinstance(given, ast.Tuple) else [given]
            return _kinds(function, around, [one for one in nodes if one is not None], view)
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


def _kinds(
    function: Function, handler: ast.ExceptHandler, nodes: list[ast.expr], view: View
) -> tuple[str, ...]:
    found = []
    for node in nodes:
        target = view.target(function.module, node)
        if target is None:
            return ()
        known = view.type(function.module, node)
        if target.name in _FOR_CLIENTS or view.is_a(known, *_FOR_CLIENTS):
            return ()
        own = target.kind == "class" or target.name in said_by_project(view, function, handler)
        found.append("own" if own else "foreign")
    return tuple(found)
