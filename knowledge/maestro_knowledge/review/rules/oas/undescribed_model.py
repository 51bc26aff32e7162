"""A model of the public interface describes none of its fields."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import spread
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.val._models import input_models, output_models
from maestro_knowledge.review.view import View

RULE = Rule(id="OAS503", name="undescribed-model", severity="info", umbrella=("API004",), on=False)

_SAID_BY = frozenset({"description", "examples", "example", "title", "json_schema_extra"})
_CONFIGURED = frozenset({"json_schema_extra", "schema_extra", "use_attribute_docstrings"})


def check(model: ModelClass, view: View) -> Iterator[Report]:
    """Reports each model of requests or responses whose fields stand in the document without a word."""
    if model.kind not in {"pydantic", "sqlmodel", "table"} or not model.fields:
        return
    if model not in input_models(view) | output_models(view) or model.config.keys() & _CONFIGURED:
        return
    if any(_is_described(view, model, field) for field in model.fields):
        return
    yield Report(
        model.cls.module,
        model.cls.node,
        f"None of the {len(model.fields)} fields of `{model.cls.name}` has a description or an example.",
        subject=model.cls.qualname,
    )


def _is_described(view: View, model: ModelClass, field: Field) -> bool:
    if field.keywords.keys() & _SAID_BY:
        return True
    if field.annotation is None:
        return False
    metadata = spread(view.project, model.cls.module, field.annotation).metadata
    calls = [(extra, module) for extra, module in metadata if isinstance(extra, ast.Call)]
    return any(
        keywords_of(call).keys() & _SAID_BY or view.name(module, call.func).endswith(".Doc")
        for call, module in calls
    )
