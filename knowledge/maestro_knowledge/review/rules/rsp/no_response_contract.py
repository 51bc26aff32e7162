"""A path operation returns data, and neither an annotation nor `response_model` says what."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import answers_json, is_response, plain_type, returns_of
from maestro_knowledge.review.rules.rsp._texts import json_text, made_text
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP401", name="no-response-contract", severity="info", umbrella=("API004",))

_DATA = (ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.Set, ast.SetComp)
_FIXED = (ast.Constant, ast.Dict, ast.List, ast.expr_context)
_NO_BODY = frozenset({204, 205, 304})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports a file once, at the first path operation that says nothing of what it returns."""
    operations = view.once("rsp.no_response_contract", lambda: _by_module(view)).get(module.path, [])
    found = list(dict.fromkeys(f for o in operations if (f := _undeclared(o, view)) is not None))
    if not found:
        return
    rest = len(found) - 1
    more = f", as {rest} more in this file do" if rest else ""
    yield Report(
        module,
        found[0].node,
        f"`{found[0].name}` returns data that no annotation and no `response_model` describes{more}.",
        subject="contract",
    )


def _by_module(view: View) -> dict[str, list[Operation]]:
    table: dict[str, list[Operation]] = {}
    for operation in view.project.operations:
        if operation.function is not None:
            table.setdefault(operation.function.module.path, []).append(operation)
    return table


def _undeclared(operation: Operation, view: View) -> Function | None:
    function = operation.function
    if function is None or operation.kind != "http" or not operation.in_schema:
        return None
    if "response_model" in operation.keywords or function.node.returns is not None or function.is_generator:
        return None
    if operation.status_code in _NO_BODY or not answers_json(operation, view):
        return None
    returns = returns_of(view, function)
    texts = [made_text(function, node)[0] for node in returns]
    if any(made is not None and json_text(view, function, made) for made in texts):
        return function
    returned = [node.value for node in returns if node.value is not None]
    if any(is_response(view, function.module, value) for value in returned):
        return None
    return function if any(_is_data(view, function, value) for value in returned) else None


def _is_data(view: View, function: Function, value: ast.expr) -> bool:
    """Whether the value is surely data, and more than a fixed `{"status": "ok"}`."""
    if isinstance(value, ast.Await):
        return (
            _is_data(view, function, value.value)
            if not isinstance(value.value, ast.Call)
            else plain_type(view.type(function.module, value))
        )
    if isinstance(value, _DATA):
        return not all(isinstance(one, _FIXED) for one in walk(value))
    if isinstance(value, ast.Constant | ast.JoinedStr):
        return False
    return plain_type(view.type(function.module, value))
