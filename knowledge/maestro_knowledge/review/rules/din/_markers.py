"""What tells FastAPI where a parameter comes from: `Depends(…)`, `Query(…)` and their kin, in both styles."""

import ast

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View

MARKERS = frozenset(
    f"fastapi.{name}"
    for name in ["Depends", "Security", "Query", "Path", "Header", "Cookie", "Body", "Form", "File"]
)
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})


def marker_of(view: View, module: Module, node: ast.expr | None) -> ast.Call | None:
    """The marker that the default is, directly or by way of a module-level name."""
    if isinstance(node, ast.Call):
        return node if view.name(module, node.func) in MARKERS else None
    target = view.target(module, node)
    value = target.node if target and target.kind == "value" else None
    if target is None or target.module is None or not isinstance(value, ast.Call):
        return None
    return value if view.name(target.module, value.func) in MARKERS else None


def annotated_marker(view: View, module: Module, node: ast.expr | None) -> ast.Call | None:
    """The marker in an `Annotated[…]`, written here or as an alias."""
    if isinstance(node, ast.Name | ast.Attribute):
        target = view.target(module, node)
        if target is None or target.module is None or not isinstance(target.node, ast.Subscript):
            return None
        module, node = target.module, target.node
    if not isinstance(node, ast.Subscript) or view.name(module, node.value) not in ANNOTATED:
        return None
    parts = node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else []
    return next(
        (part for part in parts if isinstance(part, ast.Call) and marker_of(view, module, part)), None
    )
