"""Database engines: the calls that make one, and the URL they are given."""

import ast
import re

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of, literal
from maestro_knowledge.review.view import View

SYNC_ENGINES = frozenset({"sqlalchemy.create_engine", "sqlmodel.create_engine"})
ASYNC_ENGINES = frozenset({"sqlalchemy.ext.asyncio.create_async_engine"})
_ENVIRONMENT = frozenset(
    {"os.getenv", "os.environ.get", "decouple.config", "environ.Env", "starlette.config.Config"}
)
_SCHEME = Pattern(r"^\s*([a-z][a-z0-9]*)(?:\+([a-z0-9_]+))?(?:://|$)", re.IGNORECASE)
_DEPTH = 4


def scheme_of(view: View, module: Module, node: ast.Call) -> tuple[str, str, ast.expr, Module] | None:
    """Dialect, driver and the text of the engine's URL with its module; None if it is not known."""
    given = node.args[0] if node.args else keywords_of(node).get("url")
    found = _text(view, module, given, _DEPTH)
    if found is None:
        return None
    text, where, expression = found
    match = _SCHEME.match(text)
    return (match[1].lower(), (match[2] or "").lower(), expression, where) if match else None


def _text(
    view: View, module: Module, node: ast.expr | None, depth: int
) -> tuple[str, Module, ast.expr] | None:
    """The text that the expression begins with, its module, and the constant itself."""
    if node is None or depth == 0:
        return None
    if isinstance(node, ast.Constant):
        return (node.value, module, node) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        first = node.values[0] if node.values else None
        return (
            (first.value, module, node)
            if isinstance(first, ast.Constant) and isinstance(first.value, str)
            else None
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return _text(view, module, node.left, depth - 1)
    if isinstance(node, ast.Call):
        return _of_call(view, module, node, depth)
    if isinstance(node, ast.Name | ast.Attribute):
        target = view.target(module, node)
        if target is None or target.kind != "value" or target.module is None:
            return None
        value = target.node
        return _text(view, target.module, value, depth - 1) if isinstance(value, ast.expr) else None
    return None


def _of_call(view: View, module: Module, node: ast.Call, depth: int) -> tuple[str, Module, ast.expr] | None:
    """`URL.create("postgresql+asyncpg", …)`, and what stands behind `os.getenv(…)` and `Field(…)`."""
    name = view.name(module, node.func)
    named = keywords_of(node)
    if name in {"sqlalchemy.URL.create", "sqlalchemy.engine.URL.create", "sqlalchemy.engine.url.URL.create"}:
        return _text(view, module, node.args[0] if node.args else named.get("drivername"), depth - 1)
    if name in {"sqlalchemy.make_url", "builtins.str"}:
        return _text(view, module, node.args[0] if node.args else None, depth - 1)
    if name in _ENVIRONMENT:
        given = node.args[1] if len(node.args) > 1 else named.get("default")
        return _text(view, module, given, depth - 1)
    if name in {"pydantic.Field", "sqlmodel.Field"}:
        given = node.args[0] if node.args else named.get("default")
        return _text(view, module, given, depth - 1) if literal(given) is not None else None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(view, module, node.func.value, depth - 1)
    return None
