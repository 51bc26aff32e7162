"""A row of a table is returned as it is, with every column."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.queries import SOME_TABLE
from maestro_knowledge.project.symbols import Type
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._models import is_filtered, is_none, model_node, models_in
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP404", name="table-without-response-model", severity="error", umbrella=("API004",))


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each `return` of a table object where no response model chooses the columns."""
    function = operation.function
    if function is None or operation.kind != "http" or is_filtered(operation):
        return
    node = model_node(operation)
    # `-> None` in the annotation is a mistake of another kind; `response_model=None` switches the model off.
    if node is not None and not ("response_model" in operation.keywords and is_none(node)):
        return
    for returned in view.own(function, ast.Return):
        if returned.value is None:
            continue
        tables = {
            model.cls.name
            for value in _parts(returned.value)
            for model in models_in(view.type(function.module, value), view)
            if model.kind in ("table", "sqlalchemy")
        }
        if any(_is_some_table(view.type(function.module, value)) for value in _parts(returned.value)):
            tables.add("a row")
        for name in sorted(tables):
            what = name if name == "a row" else f"`{name}`"
            message = f"`{function.name}` returns {what} with no response model: every column goes out."
            yield Report(function.module, returned, message, subject=name)


def _is_some_table(what: Type | None) -> bool:
    """Whether it is a row, or rows, of a table whose class was not read."""
    return what is not None and (what.name == SOME_TABLE or any(one.name == SOME_TABLE for one in what.args))


def _parts(value: ast.expr) -> list[ast.expr]:
    """What is sent of the value: of `{"user": user}` the values."""
    return [one for one in value.values if one is not None] if isinstance(value, ast.Dict) else [value]
