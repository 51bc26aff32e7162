"""Where environment variables are read."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.view import View

_CALLS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "os.environb.get", "os.getenvb"})
_SETTINGS = Pattern(r"settings|config|conf|environment|env|constants", re.IGNORECASE)


def reads_of(view: View, module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Every read of an environment variable, with the variable's name or source."""
    for call, _ in view.calls_to(module, _CALLS):
        yield call, _variable(call.args[0]) if call.args else "?"
    for node in module.nodes.get(ast.Subscript, ()):
        is_read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.Subscript) and is_read and view.name(module, node.value) == "os.environ":
            yield node, _variable(node.slice)


def reads_in(view: View, function: Function) -> tuple[tuple[ast.expr, str], ...]:
    """The reads that the function's own body makes."""

    def find() -> dict[Function | None, list[tuple[ast.expr, str]]]:
        table: dict[Function | None, list[tuple[ast.expr, str]]] = {}
        for node, variable in reads_of(view, function.module):
            table.setdefault(view.around(function.module, node), []).append((node, variable))
        return table

    return tuple(view.once(("cfg.reads", function.module.path), find).get(function, ()))


def is_settings_module(module: Module) -> bool:
    """Whether the module is there for settings, by its name or its folder's."""
    parts = module.path.removesuffix(".py").split("/")
    return any(_SETTINGS.fullmatch(part.strip("_")) for part in parts[-2:])


def _variable(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)
