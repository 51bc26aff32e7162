"""Queries that fetch every row: where they are made, what limits them, which table they read."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import literal, walk
from maestro_knowledge.review.view import View

_COLLECTING = (ast.Call, ast.ListComp, ast.Name, ast.Await)
_COLLECTORS = frozenset({"all", "fetchall", "to_list", "fetch_all", "fetch"})
_RUNNERS = frozenset({"execute", "exec", "scalars", "query", "stream", "stream_scalars", "find", "aggregate"})
_READING = _COLLECTORS | _RUNNERS  # methods, of which every expression that fetches has one
_BUILDERS = frozenset({"query", "find", "find_all"})
_SELECTS = frozenset(
    {
        "sqlalchemy.select",
        "sqlmodel.select",
        "sqlalchemy.sql.select",
        "sqlalchemy.Table.select",
        "sqlmodel.sql.expression.select",
    }
)
_LIMITS = frozenset(
    {"limit", "slice", "paginate", "first", "one", "one_or_none", "scalar", "scalar_one", "partitions"}
    | {
        "scalar_one_or_none",
        "top",
        "page",
        "get",
        "get_one",
        "count",
        "fetchmany",
        "islice",
        "take",
        "yield_per",
    }
)
_AGGREGATES = frozenset({"count", "sum", "avg", "max", "min"})
_FILTERS = frozenset({"where", "filter", "filter_by", "having", "find"})
_SQL = Pattern(r"\bselect\b.{1,2000}?\bfrom\b", re.IGNORECASE | re.DOTALL)
_SQL_LIMIT = Pattern(
    r"\blimit\b|\bfetch\s+(first|next)\b|\btop\b|\bcount\s*\(|\bsum\s*\(|\bavg\s*\(", re.IGNORECASE
)
_SQL_FILTER = Pattern(r"\bwhere\b", re.IGNORECASE)
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Fetch:
    """An expression that gives every row of a query."""

    node: ast.expr
    table: str  # as written; empty if it is not known
    is_narrowed: bool  # to the rows that belong to something that the request names


def fetches(view: View, function: Function) -> Iterator[Fetch]:
    """Every expression of the function that fetches all rows of a query that nothing limits."""
    if _READING.isdisjoint(node.attr for node in view.own(function, ast.Attribute)):
        return
    for node in function.scope.nodes:
        if isinstance(node, _COLLECTING) and _is_collector(view, function, node):
            parts = _parts(function, node)
            if (_is_query(view, function, parts) or _is_cursor(node, parts)) and not _is_limited(
                view, function, parts, node
            ):
                yield Fetch(node, _table(view, function, parts), _is_narrowed(view, function, parts))


def _is_collector(view: View, function: Function, node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="to_list"), args=args, keywords=keywords):
            given = [*args, *(one.value for one in keywords if one.arg == "length")]
            return all(literal(one) is None for one in given)
        case ast.Call(func=ast.Attribute(attr="all"), args=[], keywords=[]):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Call(), attr="fetch")):
            return False  # `select(…).fetch(10)` is a limit, `connection.fetch("SELECT …")` is none
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _COLLECTORS - {"all"}:
            return True
        case ast.Call(func=ast.Name(id="list"), args=[inner]):
            return _runs(function, inner)
        case ast.ListComp(generators=[first, *_]):
            return _runs(function, first.iter)
        case ast.Call() | ast.Name() | ast.Await():
            around = view.parent(node)
            is_iterated = isinstance(around, ast.For | ast.AsyncFor) and around.iter is node
            return is_iterated and _runs(function, node)
        case _:
            return False


def _runs(function: Function, node: ast.expr) -> bool:
    """Whether the expression, or the variable's value, is what running a query gives."""
    if isinstance(node, ast.Await):
        return _runs(function, node.value)
    if isinstance(node, ast.Name):
        bindings = function.scope.bindings.get(node.id, [])
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
        return value is not None and not isinstance(value, ast.Name) and _runs(function, value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _COLLECTORS:
            return False  # is one itself
        return node.func.attr in _RUNNERS or _runs(function, node.func.value)
    return False


def _parts(function: Function, node: ast.expr) -> list[ast.AST]:
    """The nodes of the expression and of the values of the local variables in it."""
    found: list[ast.AST] = []
    names: set[str] = set()
    waiting: list[ast.AST] = [node]
    for _ in range(_DEPTH):
        inner = [one for start in waiting for one in walk(start)]
        found += inner
        fresh = {one.id for one in inner if isinstance(one, ast.Name)} - names
        names |= fresh
        waiting = [value for name in sorted(fresh) for value in _values(function, name)]
    return found


def _values(function: Function, name: str) -> Iterator[ast.AST]:
    for binding in function.scope.bindings.get(name, []):
        if binding.kind in {"assign", "augment", "with"} and binding.value is not None:
            yield binding.value
    for node in function.scope.nodes:
        match node:
            # `cursor.execute("SELECT …")` says what `cursor.fetchall()` gives.
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="execute")) if owner == name:
                yield node


def _is_query(view: View, function: Function, parts: list[ast.AST]) -> bool:
    return any(_is_builder(view, function, node) for node in parts)


def _is_cursor(node: ast.expr, parts: list[ast.AST]) -> bool:
    """`….find({…}).to_list(None)`, which reads like a document store's cursor and nothing else."""
    is_list = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "to_list"
    )
    return is_list and any(
        isinstance(one, ast.Attribute) and one.attr in {"find", "find_all"} for one in parts
    )


def _is_builder(view: View, function: Function, node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(_SQL.search(node.value))
    if not isinstance(node, ast.Call):
        return False
    name = view.name(function.module, node.func)
    if name in _SELECTS or name.startswith("tortoise.models.Model."):
        return True
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _BUILDERS:
        return False
    if name:
        return name.startswith(("sqlalchemy.", "sqlmodel.", "motor.", "pymongo.", "beanie.", "odmantic."))
    # Of an unknown object: only `….query(Model)` reads like a query of nothing else.
    given = node.args[0] if node.args else None
    return (
        node.func.attr == "query"
        and isinstance(given, ast.Name | ast.Attribute)
        and _last(given)[:1].isupper()
    )


def _is_limited(view: View, function: Function, parts: list[ast.AST], node: ast.expr) -> bool:
    around = view.parent(node)
    if isinstance(around, ast.Subscript) and around.value is node:
        return True
    for one in parts:
        match one:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in _LIMITS | _AGGREGATES:
                return True
            case (
                ast.Subscript(slice=ast.Slice())
                | ast.Call(func=ast.Attribute(value=ast.Call(), attr="fetch"))
            ):
                return True
            case ast.Call(func=ast.Attribute(attr="in_")):
                return True  # no more rows than were asked for
            case ast.Constant(value=str() as text) if _SQL_LIMIT.search(text):
                return True
            case ast.Call(func=func) if "paginat" in view.name(function.module, func).lower():
                return True
    return False


def _table(view: View, function: Function, parts: list[ast.AST]) -> str:
    for node in parts:
        if isinstance(node, ast.Call) and node.args and _is_builder(view, function, node):
            given = node.args[0]
            if isinstance(given, ast.Name | ast.Attribute):
                name = given.value if isinstance(given, ast.Attribute) and given.attr[:1].islower() else given
                return _last(name)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = re.search(r"\bfrom\s+[\"'`]?(\w{1,80})", node.value, re.IGNORECASE)
            if match and _SQL.search(node.value):
                return match[1]
    return ""


def _is_narrowed(view: View, function: Function, parts: list[ast.AST]) -> bool:
    """Whether the query asks for equality with a value that is not a constant, or for members of a list."""
    for node in parts:
        match node:
            case ast.Constant(value=str() as text) if _SQL.search(text) and _SQL_FILTER.search(text):
                return True
            case ast.Call(func=ast.Attribute(attr="filter_by" | "find"), keywords=keywords, args=args):
                values = [one.value for one in keywords]
                values += [value for one in args if isinstance(one, ast.Dict) for value in one.values]
                if any(literal(value) is ... for value in values):
                    return True
            case ast.Compare(ops=[ast.Eq()], comparators=[right]) if _is_filter(view, node):
                if literal(right) is ... and view.target(function.module, right) is None:
                    return True
                if isinstance(right, ast.Attribute) and not _last(right.value)[:1].isupper():
                    return True
                if (
                    isinstance(right, ast.Name)
                    and literal(right) is ...
                    and right.id in function.scope.bindings
                ):
                    return True
    return False


def _is_filter(view: View, node: ast.AST) -> bool:
    around = view.parent(node)
    while isinstance(around, ast.BoolOp | ast.BinOp | ast.UnaryOp | ast.Compare):
        around = view.parent(around)
    return (
        isinstance(around, ast.Call)
        and isinstance(around.func, ast.Attribute)
        and around.func.attr in _FILTERS
    )


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
