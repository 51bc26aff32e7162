"""Which models come in with requests, and which only go out."""

import ast

from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.model import Field, ModelClass
from maestro_knowledge.project.symbols import Class, Module, Type
from maestro_knowledge.review.rules.rte._parameters import taken_parameters
from maestro_knowledge.review.view import View

_CONTENT = frozenset({"body", "form", "query", "header", "cookie", "file"})


def model_of(view: View, cls: Class | None) -> ModelClass | None:
    """What is known of the fields of the class."""
    table = view.once("val._models.table", lambda: {model.cls: model for model in view.project.models})
    return table.get(cls) if cls is not None else None


def input_models(view: View) -> frozenset[ModelClass]:
    """The models that parameters are read into, with those of their fields."""

    def find() -> frozenset[ModelClass]:
        types = [
            taken.parameter.type for taken in taken_parameters(view) if taken.parameter.location in _CONTENT
        ]
        made = [
            Type(dependency.cls.id, cls=dependency.cls)
            for dependency in view.dependencies
            if dependency.cls is not None and dependency.kind == "class"
        ]
        return _reached(view, [*types, *made])

    return view.once("val._models.inputs", find)


def output_models(view: View) -> frozenset[ModelClass]:
    """The models that responses are made of, with those of their fields."""

    def find() -> frozenset[ModelClass]:
        types: list[Type | None] = []
        for operation in view.project.operations:
            given = operation.keywords.get("response_model")
            if given is not None:
                types.append(_read(view, operation.module, given))
            if operation.function is not None and operation.function.node.returns is not None:
                types.append(_read(view, operation.function.module, operation.function.node.returns))
        return _reached(view, types)

    return view.once("val._models.outputs", find)


def is_only_sent(view: View, field: Field) -> bool:
    """Whether the field goes out with responses and never comes in."""

    def nodes() -> frozenset[ast.AST]:
        sent = {one.node for model in output_models(view) for one in model.fields}
        return frozenset(sent - {one.node for model in input_models(view) for one in model.fields})

    return field.node in view.once("val._models.only_sent", nodes)


def models_in(view: View, what: Type | None, depth: int = 6) -> list[ModelClass]:
    """The models that the type names itself or as an argument."""
    if what is None or depth == 0:
        return []
    own = model_of(view, what.cls)
    found = [own] if own is not None else []
    for argument in what.args:
        found += models_in(view, argument, depth - 1)
    return found


def _read(view: View, module: Module, node: ast.expr) -> Type | None:
    return read_annotation(view.project, module, node)


def _reached(view: View, types: list[Type | None]) -> frozenset[ModelClass]:
    waiting = [model for one in types for model in models_in(view, one)]
    seen: set[ModelClass] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            waiting += [inner for field in model.fields for inner in models_in(view, field.type)]
    return frozenset(seen)
