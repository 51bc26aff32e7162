"""An asynchronous engine has a synchronous driver, or the other way round."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.dbs._engines import ASYNC_ENGINES, SYNC_ENGINES, scheme_of
from maestro_knowledge.review.view import View

RULE = Rule(id="DBS201", name="driver-of-the-other-kind", severity="error", fix="suggest")

_ASYNC_DRIVERS = frozenset(
    {"asyncpg", "aiosqlite", "aiomysql", "asyncmy", "aioodbc", "psycopg_async", "oracledb_async"}
)
_SYNC_DRIVERS = frozenset(
    {"psycopg2", "psycopg2cffi", "pg8000", "pysqlite", "pysqlcipher", "pymysql", "mysqldb", "mysqlconnector"}
    | {"pyodbc", "pymssql", "cx_oracle"}
)
# What a URL without a driver means.
_PLAIN = frozenset({"sqlite", "mysql", "mariadb", "mssql", "oracle", "postgresql"})
_ASYNC_OF = {
    "sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "mysql": "mysql+aiomysql",
    "mariadb": "mariadb+aiomysql", "mssql": "mssql+aioodbc",
}  # fmt: skip
_WRAPPERS = frozenset({"sqlalchemy.ext.asyncio.AsyncEngine"})
_FIRST_WITH_PSYCOPG = "2.1"
NEEDS = Needs(calls=SYNC_ENGINES | ASYNC_ENGINES)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each engine whose URL names a driver that it cannot work with."""
    for node, name in view.calls_to(module, SYNC_ENGINES | ASYNC_ENGINES):
        found = scheme_of(view, module, node)
        if found is None:
            continue
        dialect, driver, text, where = found
        is_async = name in ASYNC_ENGINES or _is_wrapped(view, module, node)
        if is_async and not _is_sync(view, dialect, driver):
            continue
        if not is_async and driver not in _ASYNC_DRIVERS:
            continue
        shown = f"{dialect}+{driver}" if driver else dialect
        kind = "an asynchronous engine" if is_async else "a synchronous engine"
        other = "a synchronous" if is_async else "an asynchronous"
        yield Report(
            module,
            node,
            f"`{ast.unparse(node.func)}` makes {kind}, but `{shown}` is {other} driver.",
            subject=shown,
            hops=(Hop(where, text, "the URL"),) if where is not module or text.lineno != node.lineno else (),
            edits=_edits(view, where, text, dialect, driver, is_async=is_async),
        )


def _is_wrapped(view: View, module: Module, node: ast.Call) -> bool:
    """`AsyncEngine(create_engine(url))` makes an asynchronous one."""
    around = view.parent(node)
    if isinstance(around, ast.Call):
        return view.name(module, around.func) in _WRAPPERS
    if isinstance(around, ast.Assign) and isinstance(around.targets[0], ast.Name):
        name = around.targets[0].id
        return any(
            isinstance(one, ast.Name) and one.id == name
            for call, _ in view.calls_to(module, _WRAPPERS)
            for one in call.args
        )
    return False


def _is_sync(view: View, dialect: str, driver: str) -> bool:
    if driver:
        return driver in _SYNC_DRIVERS
    if dialect == "postgresql":
        return _is_before_psycopg(view)
    return dialect in _PLAIN - {"oracle"}


def _is_before_psycopg(view: View) -> bool:
    """Whether plain `postgresql://` still means psycopg2: before SQLAlchemy 2.1, where that is known."""
    versions = view.project.versions
    known = versions.get("sqlalchemy")
    is_known = known is not None and known.version is not None
    return is_known and at_least(versions, "sqlalchemy", _FIRST_WITH_PSYCOPG) is False


def _edits(
    view: View, module: Module, text: ast.expr, dialect: str, driver: str, *, is_async: bool
) -> tuple[Edit, ...]:
    if not module.in_scope:
        return ()
    before = f"{dialect}+{driver}" if driver else dialect
    after = _ASYNC_OF.get(dialect, "") if is_async else dialect
    source = view.source(module, text)
    return (
        (view.replace(module, text, source.replace(before, after, 1)),) if after and before in source else ()
    )
