"""The task that `create_task` or `ensure_future` gives is dropped, and may disappear before it is done."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY111", name="dropped-task", severity="warning", umbrella=("API003",))

_STARTERS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.AbstractEventLoop.create_task",
        "asyncio.tasks.create_task",
        "asyncio.tasks.ensure_future",
    }
)
NEEDS = Needs(calls=_STARTERS | {"asyncio.gather"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each task that nothing holds on to."""
    for node, _ in view.calls_to(module, {"asyncio.gather"}):
        if isinstance(view.parent(node), ast.Expr):
            yield Report(module, node, "Nothing awaits what `gather(…)` started.", subject="gather")
    for node, name in view.calls_to(module, _STARTERS):
        if _is_dropped(view, module, node):
            short = name.rpartition(".")[2]
            given = (
                ast.unparse(node.args[0].func) if node.args and isinstance(node.args[0], ast.Call) else "…"
            )
            yield Report(
                module, node, f"Nothing keeps the task of `{short}({given})`.", subject=f"{short} {given}"
            )


def _is_dropped(view: View, module: Module, node: ast.Call) -> bool:
    parent = view.parent(node)
    if isinstance(parent, ast.Expr):
        return True
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return False
    target = parent.targets[0]
    function = view.around(module, node)
    return (
        isinstance(target, ast.Name) and function is not None and _is_never_read(module, function, target.id)
    )


def _is_never_read(module: Module, function: Function, name: str) -> bool:
    """Whether the variable is a local one that no code reads, the functions within included."""
    if function.scope.outer_names.get(name):
        return False
    first, last = function.node.lineno, function.node.end_lineno or function.node.lineno
    return not any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and first <= node.lineno <= last
        for node in module.nodes.get(ast.Name, ())
    )
