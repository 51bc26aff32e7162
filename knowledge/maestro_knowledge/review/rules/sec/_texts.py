"""Which values can carry text of a client's choosing, by their type and by how they are declared."""

import ast
from collections.abc import Mapping

from maestro_knowledge.project.application import Parameter
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Class, Type
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

_TEXTS = frozenset(
    {"builtins.str", "builtins.bytes", "builtins.bytearray", "builtins.object", "typing.Any", "str", "bytes"}
    | {"fastapi.UploadFile", "fastapi.datastructures.UploadFile", "pathlib.Path", "pathlib.PurePath"}
    | {f"pydantic.{name}" for name in ("HttpUrl", "AnyUrl", "AnyHttpUrl", "SecretStr", "Json")}
    | {f"pydantic.networks.{name}" for name in ("HttpUrl", "AnyUrl", "AnyHttpUrl", "UrlConstraints")}
    | {f"starlette.datastructures.{name}" for name in ("QueryParams", "FormData", "Headers", "UploadFile")}
)
_HOLDERS = frozenset(
    {f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "dict")}
    | {f"typing.{name}" for name in ("List", "Tuple", "Set", "Dict", "Sequence", "Iterable", "Mapping")}
    | {f"collections.abc.{name}" for name in ("Sequence", "Iterable", "Mapping", "MutableMapping")}
)
_NARROWING = frozenset({"pattern", "regex"})


def models_by_class(view: View) -> Mapping[Class, ModelClass]:
    """The model of each class that describes data."""
    return view.once("sec.models_by_class", lambda: {model.cls: model for model in view.project.models})


def may_be_text(view: View, what: Type | None) -> bool:
    """Whether a value of the type can hold any text: what is not known can."""
    if what is None or what.name in _TEXTS:
        return True
    if what.name in _HOLDERS:
        return not what.args or any(may_be_text(view, one) for one in what.args)
    model = models_by_class(view).get(what.cls) if what.cls else None
    return model is not None and model.kind != "enum"


def is_free_parameter(view: View, parameter: Parameter) -> bool:
    """Whether the parameter takes any text, without a pattern that it has to match."""
    if parameter.type is None and parameter.annotation is not None:
        return False
    if _has_pattern(parameter.annotation) or _narrows(parameter.marker):
        return False
    return may_be_text(view, parameter.type)


def is_free_field(view: View, model: ModelClass, field: Field) -> bool:
    """Whether the field takes any text: no pattern and no validator of the project's own."""
    if _NARROWING & set(field.keywords) or _has_pattern(field.annotation):
        return False
    if any(field.name in one.fields or "*" in one.fields for one in model.validators):
        return False
    return not any("model" in one.kind or "root" in one.kind for one in model.validators) and may_be_text(
        view, field.type
    )


def _narrows(marker: ast.Call | None) -> bool:
    return marker is not None and any(keyword.arg in _NARROWING for keyword in marker.keywords)


def _has_pattern(annotation: ast.expr | None) -> bool:
    return annotation is not None and any(
        (isinstance(node, ast.keyword) and node.arg in _NARROWING)
        or (isinstance(node, ast.Name) and "Validator" in node.id)
        for node in walk(annotation)
    )
