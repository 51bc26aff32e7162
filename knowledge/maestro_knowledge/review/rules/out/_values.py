"""Constants behind names."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.view import View


def constant(view: View, module: Module, node: ast.expr | None) -> object:
    """The value of a constant, also by way of a name that holds one; `...` for anything else."""
    found = literal(node)
    if found is not ... or not isinstance(node, ast.Name | ast.Attribute):
        return found
    target = view.target(module, node)
    return literal(target.node) if target is not None and target.kind == "value" else ...
