"""An `HTTPException` is returned instead of raised."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import is_display
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP408", name="returned-http-exception", severity="error", fix="safe")

_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each `return` of an exception that the framework would have to be handed by raising."""
    # A function may build the exception for its caller: only FastAPI takes what is returned as the answer.
    if not view.is_handler(function) and not view.is_dependency(function):
        return
    for node in view.own(function, ast.Return):
        if node.value is None or is_display(node.value):
            continue
        if not view.is_a(view.type(function.module, node.value), *_EXCEPTIONS):
            continue
        shown = ast.unparse(node.value)
        shown = shown if len(shown) < 60 else "HTTPException(…)"
        yield Report(
            function.module,
            node,
            f"`{function.name}` returns `{shown}` instead of raising it.",
            subject=shown,
            edits=(view.replace(function.module, node, f"raise {view.source(function.module, node.value)}"),),
        )
