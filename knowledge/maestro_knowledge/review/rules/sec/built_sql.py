"""SQL is put together from text and executed."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.inference import called
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, built, hops_to
from maestro_knowledge.review.rules.sec._taint import Flow, Origin, flow_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC602", name="built-sql", severity="error")

_TEXTS = frozenset(
    {"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlmodel.text"}
    | {"pandas.read_sql", "pandas.read_sql_query", "sqlalchemy.literal_column", "sqlalchemy.DDL"}
)
_METHODS = frozenset(
    {
        "execute",
        "executemany",
        "executescript",
        "exec_driver_sql",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
    }
    | {
        "fetch_one",
        "fetch_val",
        "scalars",
        "scalar",
        "execute_query",
        "execute_query_dict",
        "raw",
        "sql",
        "exec",
    }
    | {
        "fetchone",
        "fetchall",
        "iterate",
        "execute_fetchall",
        "cursor",
        "query",
        "run",
        "stream",
        "copy_expert",
    }
)
_SQL = Pattern(
    r"\s*(?:select\s|insert\s|update\s|delete\s|drop\s|alter\s|truncate\s|with\s|call\s|create\s|replace\s+into"
    r"|merge\s|grant\s|copy\s|exec\s|pragma\s|explain\s)",
    re.IGNORECASE,
)
NEEDS = Needs(calls=_TEXTS, words=_METHODS)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports statements that hold a text of the request as text."""
    seen: set[ast.AST] = set()
    for call in view.own(function, ast.Call):
        if call in seen or not _is_sink(function, call, view):
            continue
        given = argument(call, 0, "query", "sql", "statement", "text", "clause", "operation")
        if given is None or _is_made_by_text(view, function, given):
            continue
        # Whatever `text(…)` is given becomes SQL, be it only the name of a column to sort by.
        if view.name(function.module, call.func) not in _TEXTS and not _is_sql(view, function, given):
            continue
        flow = flow_of(view)
        origin = _origin(view, flow, function, given)
        if origin is None or not flow.is_reached(function):
            continue
        # `execute(text(query))` is one fault: the inner call carries it.
        seen |= {node for node in walk(call) if isinstance(node, ast.Call)}
        message = f"`{function.name}` executes SQL that contains the request's `{origin.label}` as text."
        hops = hops_to(view, function.module, given, "the statement is built here")
        yield Report(function.module, call, message, subject=origin.label, hops=hops)


def _is_sink(function: Function, call: ast.Call, view: View) -> bool:
    if view.name(function.module, call.func) in _TEXTS:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS


def _is_made_by_text(view: View, function: Function, given: ast.expr) -> bool:
    """Whether a `text(…)` further up made the statement: that call is the one at fault."""
    made = built(view, function.module, given)
    return (
        made is not given and isinstance(made, ast.Call) and view.name(function.module, made.func) in _TEXTS
    )


def _origin(view: View, flow: Flow, function: Function, given: ast.expr) -> Origin | None:
    made = built(view, function.module, given)
    if isinstance(made, ast.Call) and view.name(function.module, made.func) in _TEXTS and made.args:
        return _origin(view, flow, function, made.args[0])
    return flow.carried(function.module, given)


def _is_sql(view: View, function: Function, node: ast.expr) -> bool:
    """Whether some text that the value is made of begins like a statement."""
    waiting, seen = [node], set[str]()
    while waiting:
        for part in walk(built(view, function.module, waiting.pop())):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _SQL.match(part.value):
                return True
            if isinstance(part, ast.Call) and (made := called(view.project, function.module, part.func)):
                waiting += _returned(made.function, seen)
            if isinstance(part, ast.Name) and part.id not in seen:
                seen.add(part.id)
                bindings = function.scope.bindings.get(part.id, ())
                waiting += [one.value for one in bindings if one.value is not None]
    return False


def _returned(made: Function | None, seen: set[str]) -> list[ast.expr]:
    """What a function of the project gives back, once."""
    if made is None or made.id in seen:
        return []
    seen.add(made.id)
    return [one.value for one in made.scope.nodes if isinstance(one, ast.Return) and one.value is not None]
