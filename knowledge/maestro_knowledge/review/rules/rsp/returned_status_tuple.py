"""A tuple of body and status code is returned, as in Flask."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP409", name="returned-status-tuple", severity="error", fix="suggest")

_STATUS_MODULES = ("fastapi.status.", "starlette.status.", "http.HTTPStatus.")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports `return body, 404` in a path operation whose answer is not declared to be a tuple."""
    if not view.is_handler(function) or _declares_tuple(function):
        return
    for node in view.own(function, ast.Return):
        if isinstance(node.value, ast.Tuple):
            status = _status(view, function, node.value)
            if status:
                yield Report(
                    function.module,
                    node,
                    f"`{function.name}` returns a tuple: `{status}` becomes part of the body.",
                    subject=status,
                )


def _status(view: View, function: Function, value: ast.Tuple) -> str:
    """The second of two or three elements, where that can only be meant as a status code."""
    if not 2 <= len(value.elts) <= 3 or any(isinstance(one, ast.Starred) for one in value.elts):
        return ""
    second = value.elts[1]
    if isinstance(second, ast.Constant):
        number = second.value
        is_status = isinstance(number, int) and not isinstance(number, bool) and 200 <= number <= 599
        # (52, 404) may be coordinates: a body is a mapping, a model or a text.
        return str(number) if is_status and not isinstance(value.elts[0], ast.Constant | ast.Tuple) else ""
    name = view.name(function.module, second)
    return ast.unparse(second) if name.startswith(_STATUS_MODULES) else ""


def _declares_tuple(function: Function) -> bool:
    returns = (
        function.node.returns if isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef) else None
    )
    return returns is not None and any(
        isinstance(node, ast.Name | ast.Attribute | ast.Constant) and "tuple" in ast.unparse(node).lower()
        for node in walk(returns)
    )
