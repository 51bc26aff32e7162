"""An operation with a status code that allows no body returns one, or is declared to."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import keywords_of, literal, walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import (
    RESPONSE,
    is_response,
    returned_response,
    returns_of,
    status_of,
)
from maestro_knowledge.review.rules.rsp._models import is_none
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP407", name="body-without-content", severity="error", fix="unsafe")

_BODILESS = frozenset({204, 205, 304})
_JSON = (
    "fastapi.responses.JSONResponse",
    "fastapi.responses.ORJSONResponse",
    "fastapi.responses.UJSONResponse",
)


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports the declared body, which stops the application, or else each body that is dropped."""
    function = operation.function
    if function is None or operation.kind != "http":
        return
    status = operation.status_code
    if status in _BODILESS:
        declared = _declared(operation, function, view)
        if declared is not None:
            module, node = declared
            yield Report(
                module,
                node,
                f"`{function.name}` answers {status} and declares the body `{ast.unparse(node)}`:"
                " the application does not start.",
                subject=function.name,
                edits=(view.replace(module, node, "None"), *_without_values(function, view)),
            )
            return
        for returned in _bodies(function, view):
            yield Report(
                function.module,
                returned,
                f"`{function.name}` answers {status}, so what it returns is dropped.",
                subject=function.name,
                edits=(view.replace(function.module, returned, "return None"),),
            )
    yield from _made(function, view)


def _declared(operation: Operation, function: Function, view: View) -> tuple[Module, ast.expr] | None:
    """The annotation or `response_model` that FastAPI would make a response model of."""
    given = operation.keywords.get("response_model")
    if "response_model" in operation.keywords:
        return (operation.module, given) if given is not None and not is_none(given) else None
    returns = function.node.returns
    if returns is None or is_none(returns) or function.is_generator:
        return None
    what = read_annotation(view.project, function.module, returns)
    if what is None or what.name in {"builtins.None", "?"} or view.is_a(what, RESPONSE):
        return None
    # A union with a response in it fails for another reason.
    if any(view.name(function.module, one).endswith("Response") for one in walk(returns)):
        return None
    return function.module, returns


def _bodies(function: Function, view: View) -> Iterator[ast.Return]:
    for node in returns_of(view, function):
        value = node.value
        if value is None or is_response(view, function.module, value):
            continue
        what = view.type(function.module, value)
        is_display = isinstance(
            value, ast.Dict | ast.List | ast.Tuple | ast.ListComp | ast.DictComp | ast.JoinedStr
        )
        is_known = what is not None and what.name not in {"builtins.None", "?"} and not what.is_optional
        if is_display or isinstance(value, ast.Constant) or is_known:
            yield node


def _without_values(function: Function, view: View) -> Iterator[Edit]:
    for node in _bodies(function, view):
        yield view.replace(function.module, node, "return None")


def _made(function: Function, view: View) -> Iterator[Report]:
    """Responses that are made with such a status and a body: JSON of None is a body of four letters."""
    for node in view.own(function, ast.Return):
        made = returned_response(view, function, node)
        if made is None:
            continue
        named = keywords_of(made)
        given = named.get("status_code") or (made.args[1] if len(made.args) > 1 else None)
        status = status_of(view, function.module, given) if given is not None else None
        content = named.get("content") or (made.args[0] if made.args else None)
        is_json = view.name(function.module, made.func) in _JSON
        if status not in _BODILESS or content is None or (not literal(content) and not is_json):
            continue
        yield Report(
            function.module,
            node,
            f"`{function.name}` returns a response of status {status} with a body.",
            subject=f"{function.name} response",
        )
