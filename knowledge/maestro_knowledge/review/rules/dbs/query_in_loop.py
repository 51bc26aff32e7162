"""A query runs for each row of another query."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.bgt._requests import request_path
from maestro_knowledge.review.view import View

RULE = Rule(id="DBS203", name="query-in-loop", severity="warning", confidence="medium", preview=True)

_QUERIES = frozenset(
    f"{session}.{method}"
    for session in (
        "sqlalchemy.orm.Session", "sqlmodel.Session", "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlmodel.ext.asyncio.session.AsyncSession",
    )
    for method in ("execute", "exec", "scalars", "scalar", "get", "get_one", "query")
) | {f"sqlite3.{kind}.execute" for kind in ("Connection", "Cursor")} | {
    f"asyncpg.{kind}.{method}"
    for kind in ("Connection", "Pool")
    for method in ("fetch", "fetchrow", "fetchval")
}  # fmt: skip
_RESULTS = frozenset({"all", "scalars", "fetchall", "unique", "mappings", "partitions", "fetch", "to_list"})
_LOOPS = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports the first query below each loop over rows that depends on the row."""
    seen: set[ast.AST] = set()
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call) or view.name(function.module, node.func) not in _QUERIES:
            continue
        loop = _loop_over_rows(view, function, node)
        if loop is None or loop in seen:
            continue
        # Migrations and scripts may take their time.
        if function.owner is None and not request_path(view, function):
            return
        seen.add(loop)
        yield Report(
            function.module,
            node,
            f"`{function.name}` runs `{ast.unparse(node.func)}(…)` once for each row of another query.",
            subject=ast.unparse(node.func),
            hops=(Hop(function.module, loop, "the loop over the rows"),),
        )


def _loop_over_rows(view: View, function: Function, node: ast.Call) -> ast.AST | None:
    """The loop around the query whose rows come from another one, if the query uses the row."""
    child: ast.AST = node
    around = view.parent(node)
    while around is not None and around is not function.node:
        if isinstance(around, _LOOPS) and not _is_iterated(around, child):
            for target, over in _heads(around):
                if _gives_rows(view, function, over) and _uses(_whole(view, node), target, function):
                    return around
        child, around = around, view.parent(around)
    return None


def _is_iterated(loop: ast.AST, child: ast.AST) -> bool:
    return child is getattr(loop, "iter", None)


def _heads(loop: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(loop, ast.For | ast.AsyncFor):
        yield loop.target, loop.iter
    for part in getattr(loop, "generators", ()):
        yield part.target, part.iter


def _gives_rows(view: View, function: Function, node: ast.expr, depth: int = 3) -> bool:
    """Whether the expression is what a query found."""
    if isinstance(node, ast.Await):
        return _gives_rows(view, function, node.value, depth)
    if isinstance(node, ast.Name) and depth:
        bindings = function.scope.bindings.get(node.id, [])
        values = [binding.value for binding in bindings if binding.kind == "assign"]
        return len(bindings) == 1 and any(
            _gives_rows(view, function, value, depth - 1) for value in values if value is not None
        )
    if not isinstance(node, ast.Call):
        return False
    if _is_query(view, function.module, node):
        return True
    func = node.func
    if isinstance(func, ast.Attribute):
        return (func.attr in _RESULTS or depth > 0) and _gives_rows(view, function, func.value, depth)
    return (
        bool(node.args)
        and isinstance(func, ast.Name)
        and func.id in {"list", "enumerate", "sorted"}
        and (_gives_rows(view, function, node.args[0], depth))
    )


def _is_query(view: View, module: Module, node: ast.Call) -> bool:
    return view.name(module, node.func) in _QUERIES


def _whole(view: View, node: ast.AST) -> ast.AST:
    """The query with all that follows: `db.query(Post).filter(…).all()`."""
    around = view.parent(node)
    while isinstance(around, ast.Attribute) or (isinstance(around, ast.Call) and around.func is node):
        node, around = around, view.parent(around)
    return node


def _uses(node: ast.AST, target: ast.expr, function: Function) -> bool:
    """Whether the query, or a value that goes into it, depends on the row."""
    rows = {one.id for one in walk(target) if isinstance(one, ast.Name)}
    names = {one.id for one in walk(node) if isinstance(one, ast.Name)}
    if names & rows:
        return True
    values = [b.value for name in names for b in function.scope.bindings.get(name, []) if b.kind == "assign"]
    return any(
        isinstance(one, ast.Name) and one.id in rows
        for value in values
        if value is not None
        for one in walk(value)
    )
