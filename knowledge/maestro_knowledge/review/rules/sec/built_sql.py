"""SQL is put together from text and executed."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.sec._taint import assigned, is_checked, parts_of, text_parameters
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC602", name="built-sql", severity="error")

_TEXTS = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"})
_METHODS = frozenset({"execute", "executemany", "executescript", "exec_driver_sql", "fetch", "fetchrow",
                      "fetchval", "fetch_all", "fetch_one", "scalars", "scalar"})  # fmt: skip
_WORDS = ("select ", "insert ", "update ", "delete ", "drop ", "alter ", "truncate ", "with ", "call ")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports statements that hold a text parameter of the path operation as text."""
    tainted = text_parameters(function, view)
    if not tainted:
        return
    for call in function.scope.nodes:
        if not isinstance(call, ast.Call) or not call.args or not _is_sink(function, call, view):
            continue
        given = call.args[0]
        built = assigned(function, given.id) if isinstance(given, ast.Name) else given
        if built is None or not _is_sql(built):
            continue
        for part in parts_of(built):
            if not isinstance(part, ast.Name) or part.id not in tainted:
                continue
            if is_checked(function, part.id, view):
                continue
            hops = () if built is given else (Hop(function.module, built, "the statement is built here"),)
            message = f"`{function.name}` executes SQL that contains the request's `{part.id}` as text."
            yield Report(function.module, call, message, subject=part.id, hops=hops)
            break


def _is_sink(function: Function, call: ast.Call, view: View) -> bool:
    if view.name(function.module, call.func) in _TEXTS:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS


def _is_sql(node: ast.expr) -> bool:
    """Whether the text begins like a statement."""
    first: ast.expr | None = node
    while not isinstance(first, ast.Constant):
        if isinstance(first, ast.JoinedStr) and first.values:
            first = first.values[0]
        elif isinstance(first, ast.BinOp):
            first = first.left
        elif isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute):
            first = first.func.value
        else:
            return False
    return isinstance(first.value, str) and first.value.lstrip().lower().startswith(_WORDS)
