"""What FastAPI sends of what a path operation returns: its response model, or everything."""

import ast

from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.model import ModelClass
from maestro_knowledge.project.symbols import Class, Type
from maestro_knowledge.review.view import View

_FILTERS = ("response_model_include", "response_model_exclude")


def model_node(operation: Operation) -> ast.expr | None:
    """The expression that gives the response model: `response_model=`, else the return annotation."""
    if "response_model" in operation.keywords:
        return operation.keywords["response_model"]
    return operation.function.node.returns if operation.function else None


def is_none(node: ast.expr | None) -> bool:
    """Whether the expression is the constant None."""
    return isinstance(node, ast.Constant) and node.value is None


def is_filtered(operation: Operation) -> bool:
    """Whether the decorator itself chooses the fields that go out."""
    return any(name in operation.keywords for name in _FILTERS)


def response_type(operation: Operation, view: View) -> Type | None:
    """The type of the response model."""
    node = model_node(operation)
    if node is None or is_none(node) or operation.function is None:
        return None
    # The annotation stands where the function does, which may not be where it is routed.
    in_keyword = "response_model" in operation.keywords
    module = operation.module if in_keyword else operation.function.module
    return read_annotation(view.project, module, node)


def model_of(cls: Class | None, view: View) -> ModelClass | None:
    """What is known of the fields of the class."""
    table = view.once("rsp._models", lambda: {model.cls: model for model in view.project.models})
    return table.get(cls) if cls else None


def models_in(what: Type | None, view: View, depth: int = 4) -> list[ModelClass]:
    """The models that the type names itself or as an argument: `list[User]`, `Page[User]`."""
    if what is None or depth == 0 or what.is_class:
        return []
    model = model_of(what.cls, view)
    found = [model] if model else []
    for argument in what.args:
        found += models_in(argument, view, depth - 1)
    return found
