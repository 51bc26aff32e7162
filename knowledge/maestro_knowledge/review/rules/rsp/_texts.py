"""Calls that make JSON text."""

import ast

from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.rules.rsp._models import models_in
from maestro_knowledge.review.view import View

_DUMPS = frozenset({f"{library}.dumps" for library in ("json", "simplejson", "ujson", "orjson", "rapidjson")})
_METHODS = frozenset({"model_dump_json", "json"})
_FRAME_METHODS = frozenset({"pandas.DataFrame.to_json", "pandas.Series.to_json"})


def made_text(function: Function, node: ast.Return) -> tuple[ast.Call | None, str]:
    """The call that is returned, and the variable it comes by."""
    value, name = node.value, ""
    if isinstance(value, ast.Name):
        name = value.id
        bindings = function.scope.bindings.get(name, [])
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    # `json.dumps(x).encode()` stays a text for whoever reads it.
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in {"encode", "decode"}
        and isinstance(value.func.value, ast.Call)
    ):
        return value.func.value, name or value.func.attr
    return (value, name) if isinstance(value, ast.Call) else (None, name)


def json_text(view: View, function: Function, made: ast.Call) -> str:
    """What makes the JSON text, as written; empty where the call makes none."""
    name = view.name(function.module, made.func)
    if name in _DUMPS or name in _FRAME_METHODS:
        return ast.unparse(made.func)
    if isinstance(made.func, ast.Attribute) and made.func.attr in _METHODS:
        models: list[ModelClass] = models_in(view.type(function.module, made.func.value), view)
        is_model = any(model.kind in {"pydantic", "sqlmodel", "table"} for model in models)
        # No other class has a method of this name.
        if is_model or made.func.attr == "model_dump_json":
            return ast.unparse(made.func)
    return ""
