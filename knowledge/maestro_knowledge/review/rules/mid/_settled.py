"""What an option of a middleware is when nobody sets anything: through names, settings and their defaults."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

_DEEPEST = 6
_FIELDS = frozenset({"pydantic.Field", "sqlmodel.Field", "dataclasses.field"})
_FROM_ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "builtins.getattr"})
_SAME = frozenset({"builtins.list", "builtins.tuple", "builtins.str", "builtins.set", "re.compile"})


def settled(view: View, module: Module, node: ast.expr | None, depth: int = _DEEPEST) -> ast.expr | None:
    """The expression that the value comes down to, as far as it can be followed."""
    if node is None or depth == 0:
        return node
    if isinstance(node, ast.Name | ast.Attribute):
        near = value_of(view, module, node)
        if near is not node and near is not None:
            return settled(view, module, near, depth - 1)
        target = view.target(module, node)
        if target is None or target.kind != "value" or target.module is None:
            return node
        held = target.node
        return settled(view, target.module, held, depth - 1) if isinstance(held, ast.expr) else node
    if isinstance(node, ast.Call):
        inner = _inside(view, module, node)
        return settled(view, module, inner, depth - 1) if inner is not None else node
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return settled(view, module, node.generators[0].iter, depth - 1)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return settled(view, module, node.values[-1], depth - 1)
    return node


def _inside(view: View, module: Module, node: ast.Call) -> ast.expr | None:
    """What such a call gives when nothing is set: the default of a field or of a variable."""
    name = view.name(module, node.func)
    given = keywords_of(node)
    if name in _FIELDS:
        made = given.get("default_factory")
        first = node.args[0] if node.args else None
        return given.get("default") or (made.body if isinstance(made, ast.Lambda) else None) or first
    if name in _FROM_ENVIRONMENT and len(node.args) > 1:
        return given.get("default") or node.args[-1]
    if name in _SAME and node.args:
        return node.args[0]
    if isinstance(node.func, ast.Attribute) and node.func.attr in {"split", "strip", "lower"}:
        return node.func.value
    return None
