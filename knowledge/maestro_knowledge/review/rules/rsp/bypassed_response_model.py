"""A response is returned although a response model is declared, so that nothing is filtered."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import keywords_of, literal, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rsp._answers import RESPONSE, response_status, returned_response
from maestro_knowledge.review.rules.rsp._models import is_none, model_node, models_in, response_type
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP406", name="bypassed-response-model", severity="warning", umbrella=("API004",))

_DATA = frozenset(
    {f"fastapi.responses.{name}" for name in ("JSONResponse", "ORJSONResponse", "UJSONResponse")} | {RESPONSE}
)
_LAST_GOOD = 299
_NO_CONTENT = frozenset({204, 205})


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each response with data of its own that an operation with a response model returns."""
    function = operation.function
    node = model_node(operation)
    if function is None or operation.kind != "http" or node is None or is_none(node):
        return
    what = response_type(operation, view)
    if what is None or what.name in {"typing.Any", "typing.Union", "builtins.None", "?"}:
        return
    # `-> dict` filters nothing in the first place.
    if view.is_a(what, RESPONSE) or not (models_in(what, view) or "response_model" in operation.keywords):
        return
    for returned in view.own(function, ast.Return):
        made = returned_response(view, function, returned)
        if made is None or not _has_data(view, function, made) or _is_model(operation, view, function, made):
            continue
        name = ast.unparse(made.func)
        model = ast.unparse(node)
        module = operation.module if "response_model" in operation.keywords else function.module
        yield Report(
            function.module,
            returned,
            f"`{function.name}` returns a `{name}`, which `{model}` neither filters nor checks.",
            subject=name,
            hops=(Hop(module, node, "the declared response model"),),
        )


def _has_data(view: View, function: Function, made: ast.Call) -> bool:
    """Whether it is a successful answer with content: errors and redirects have a shape of their own."""
    if view.name(function.module, made.func) not in _DATA:
        return False
    status = response_status(view, function.module, made)
    if status is None or status > _LAST_GOOD or status in _NO_CONTENT:
        return False
    content = _content(made)
    return content is not None and literal(content) is not None


def _content(made: ast.Call) -> ast.expr | None:
    return keywords_of(made).get("content") or (made.args[0] if made.args else None)


def _is_model(operation: Operation, view: View, function: Function, made: ast.Call) -> bool:
    """Whether the content is made of an object of that very model, which has filtered it already."""
    models = {model.cls for model in models_in(response_type(operation, view), view)}
    content = _content(made)
    for one in walk(content) if content is not None else ():
        if _is_owner_of_value(view, one):
            continue  # `{"price": price.price, …}` is a new object, whatever its parts were
        known = view.type(function.module, one) if isinstance(one, ast.expr) else None
        if known is not None and known.cls is not None and known.cls in models:
            return True
        if isinstance(one, ast.Attribute) and one.attr == "model_dump":
            owner = view.type(function.module, one.value)
            if owner is None:
                return True  # a model, and it may be this one
    return False


def _is_owner_of_value(view: View, node: ast.AST) -> bool:
    """Whether only a single value of the object is read, and no method of it called."""
    above = view.parent(node)
    if not isinstance(above, ast.Attribute):
        return False
    call = view.parent(above)
    return not (isinstance(call, ast.Call) and call.func is above)
