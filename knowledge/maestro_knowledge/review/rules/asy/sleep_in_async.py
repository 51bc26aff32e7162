"""`time.sleep` puts the whole event loop to sleep."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import direct_reports
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY102", name="sleep-in-async", severity="error", umbrella=("API001",), fix="unsafe")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each sleep of a coroutine, with the awaited one in its place."""
    for chain, report in direct_reports(view, function, {"sleep"}):
        yield replace(report, edits=_edits(view, chain.sites[0].module, chain.sites[0].node))


def _edits(view: View, module: Module, node: ast.Call) -> tuple[Edit, ...]:
    """`await asyncio.sleep(…)`; none under a `with`, where a lock may be held that nobody may wait with."""
    parent = view.parent(node)
    if not isinstance(parent, ast.Expr) or _is_in_with(view, node):
        return ()
    bindings = module.scope.bindings.get("asyncio", [])
    if bindings and not all(isinstance(binding.node, ast.Import) for binding in bindings):
        return ()
    edit = view.replace(module, node.func, "await asyncio.sleep")
    return (edit,) if bindings else (*_import(view, module), edit)


def _is_in_with(view: View, node: ast.AST) -> bool:
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(around, ast.With):
            return True
        around = view.parent(around)
    return False


def _import(view: View, module: Module) -> tuple[Edit, ...]:
    """`import asyncio` above the first import; there is one, since `time` was imported."""
    first = next(
        statement
        for statement in module.tree.body
        if isinstance(statement, ast.Import)
        or (isinstance(statement, ast.ImportFrom) and statement.module != "__future__")
    )
    return (view.insert_before(module, first, "import asyncio\n"),)
