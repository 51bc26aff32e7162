"""An exception handler returns something that is no response."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import ExceptionHandler
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ERR304", name="handler-without-response", severity="error", umbrella=("API008",), fix="suggest"
)
_RESPONSE = "fastapi.Response"
_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.DictComp, ast.JoinedStr, ast.Constant)
_BUILDERS = frozenset({"builtins.dict", "builtins.list", "builtins.str", "builtins.tuple", "json.dumps"})
_NOT_KNOWN = frozenset({"?", "typing.Any", "typing.Union", "builtins.type"})


def check(handler: ExceptionHandler, view: View) -> Iterator[Report]:
    """Reports each `return` of data, and a handler that returns nothing at all."""
    function = handler.function
    # A WebSocket's handler answers by closing.
    if function is None or function.is_generator or _is_for_websocket(view, function):
        return
    returns = [node for node in function.scope.nodes if isinstance(node, ast.Return)]
    for node in returns:
        what = _wrong(view, function, node)
        if what:
            yield Report(
                function.module,
                node,
                f"The exception handler `{function.name}` returns {what}, which is no response.",
                subject=what,
                edits=_edits(view, function, node),
            )
    if not returns and not _ends_in_raise(function.node.body) and not _is_stub(function):
        yield Report(
            function.module,
            function.node,
            f"The exception handler `{function.name}` returns nothing, so there is no response.",
            subject="nothing",
        )


def _wrong(view: View, function: Function, node: ast.Return) -> str:
    """What is returned, in words, if it is sure to be no response."""
    value = node.value
    if value is None or literal(value) is None:
        return "nothing"
    if isinstance(value, _DISPLAYS):
        return _kind(value)
    if isinstance(value, ast.Call) and (name := view.name(function.module, value.func)) in _BUILDERS:
        return f"a `{name.rpartition('.')[2]}`"
    what = view.type(function.module, value)
    if what is None or what.is_class or what.is_coroutine or what.name in _NOT_KNOWN:
        return ""
    if what.name.startswith("builtins."):
        return f"a `{what.name.rpartition('.')[2]}`"
    if view.is_a(what, "fastapi.HTTPException", "starlette.exceptions.HTTPException"):
        return f"the exception `{what.name.rpartition('.')[2]}`"
    if what.cls is not None and view.is_a(what, "pydantic.BaseModel"):
        return f"the model `{what.cls.name}`"
    return ""


def _kind(value: ast.expr) -> str:
    match value:
        case ast.Dict() | ast.DictComp():
            return "a dict"
        case ast.List() | ast.ListComp():
            return "a list"
        case ast.Tuple():
            return "a tuple"
        case ast.Set():
            return "a set"
        case _:
            return (
                "plain text"
                if isinstance(value, ast.JoinedStr) or isinstance(literal(value), str)
                else "a value"
            )


def _is_for_websocket(view: View, function: Function) -> bool:
    arguments = function.node.args.args
    return any(
        one.annotation is not None and view.name(function.module, one.annotation) == "fastapi.WebSocket"
        for one in arguments
    )


def _ends_in_raise(body: list[ast.stmt]) -> bool:
    last = body[-1]
    match last:
        case ast.Raise():
            return True
        case ast.If(body=then, orelse=other):
            return bool(other) and _ends_in_raise(then) and _ends_in_raise(other)
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _ends_in_raise(inner)
        case ast.Try() | ast.Match() | ast.While():
            return True  # too much may happen there to be sure
        case _:
            return False


def _is_stub(function: Function) -> bool:
    return all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in function.node.body
    )


def _edits(view: View, function: Function, node: ast.Return) -> tuple[Edit, ...]:
    """`JSONResponse({…}, status_code=…)`, where the module can spell the class."""
    value = node.value
    bound = any(binding.kind == "from" for binding in function.module.scope.bindings.get("JSONResponse", []))
    if not bound or value is None:
        return ()
    status = "500"
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        status, value = view.source(function.module, value.elts[1]), value.elts[0]
    if not isinstance(value, ast.Dict | ast.List):
        return ()
    source = view.source(function.module, value)
    text = f"return JSONResponse({source}, status_code={status})"
    return (view.replace(function.module, node, text),)
