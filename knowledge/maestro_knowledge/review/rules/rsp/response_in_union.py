"""A return annotation mixes a response with something else, so that the application does not start."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project import inference
from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rsp._answers import RESPONSE
from maestro_knowledge.review.rules.rsp._edits import add_argument
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP410", name="response-in-union", severity="error", fix="safe")


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each annotation that is a union, or a collection, with a response class in it."""
    function = operation.function
    if function is None or operation.kind != "http" or "response_model" in operation.keywords:
        return
    returns = function.node.returns
    # `response_model` may come in by `**options`.
    if returns is None or function.is_generator or any(one.arg is None for one in operation.node.keywords):
        return
    parts = _members(view, function.module, returns)
    if len(parts) < 2:
        return
    responses = [part for part in parts if _is_response(view, function.module, part)]
    if not responses:
        return
    yield Report(
        function.module,
        returns,
        f"`-> {ast.unparse(returns)}` of `{function.name}` can be no response model: FastAPI raises.",
        subject=function.name,
        edits=_edits(view, operation),
    )


def _members(view: View, module: Module, node: ast.expr) -> list[ast.expr]:
    """The members of a union however it is written; a single type is its own member."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return []  # whether the name in quotes can be read depends on where
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _members(view, module, node.left) + _members(view, module, node.right)
    if isinstance(node, ast.Subscript):
        name = view.name(module, node.value)
        if name == "typing.Optional":
            return [*_members(view, module, node.slice), ast.Constant(None)]
        if name == "typing.Union":
            given = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return [member for one in given for member in _members(view, module, one)]
        if name == "typing.Annotated" and isinstance(node.slice, ast.Tuple):
            return _members(view, module, node.slice.elts[0])
    if isinstance(node, ast.Name):
        target = view.target(module, node)
        if target is not None and target.kind == "value" and target.module is module:
            value = target.node
            if isinstance(value, ast.BinOp | ast.Subscript):
                return _members(view, module, value)
    return [node]


def _is_response(view: View, module: Module, node: ast.expr) -> bool:
    target = view.target(module, node)
    return target is not None and bool(inference.is_kind_of(view.project, target, RESPONSE))


def _edits(view: View, operation: Operation) -> tuple[Edit, ...]:
    node = operation.node
    is_decorator = operation.function is not None and node in operation.function.node.decorator_list
    if not is_decorator:
        return ()
    return (add_argument(view, operation.module, node, "response_model=None"),)
