"""JSON text is returned from an operation that makes JSON of it once more."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import answers_json, returns_of
from maestro_knowledge.review.rules.rsp._texts import json_text, made_text
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP414", name="json-text-returned", severity="error", fix="safe")

_METHODS = frozenset({"model_dump_json", "json"})
# These change how the text looks, not what it says.
_LAYOUT = frozenset({"indent", "ensure_ascii", "separators", "sort_keys"})


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each `return` of a text that is JSON already."""
    function = operation.function
    if function is None or operation.kind != "http" or function.is_generator:
        return
    for node in returns_of(view, function):
        made, name = made_text(function, node)
        what = json_text(view, function, made) if made is not None else ""
        if not what or made is None or not answers_json(operation, view):
            continue
        yield Report(
            function.module,
            node,
            f"`{function.name}` returns the text of `{what}(…)`: the client gets a quoted string.",
            subject=what,
            edits=_edits(view, operation, function, made) if not name else (),
        )


def _edits(view: View, operation: Operation, function: Function, made: ast.Call) -> tuple[Edit, ...]:
    """What was dumped is returned itself, where nothing else is declared or arranged."""
    if "response_model" in operation.keywords or function.node.returns is not None:
        return ()
    if isinstance(made.func, ast.Attribute) and made.func.attr in _METHODS:
        return (
            ()
            if made.args or made.keywords
            else (view.replace(function.module, made, view.source(function.module, made.func.value)),)
        )
    if len(made.args) != 1 or any(one.arg not in _LAYOUT for one in made.keywords):
        return ()
    if isinstance(made.args[0], ast.Starred | ast.GeneratorExp):
        return ()
    return (view.replace(function.module, made, view.source(function.module, made.args[0])),)
