"""Which rows a query gives: followed from `select(Model)` to what is read of it.

Of mappers whose rows fetch themselves (`await Item.get(1)`) only calls that give a single row are known.
"""

import ast

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import replace
from maestro_knowledge.project.known import bases_of
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, certain
from maestro_knowledge.project.symbols import Module, Type

_SELECT, _QUERY = "sqlalchemy.Select", "sqlalchemy.orm.Query"
_RESULT, _SCALARS = "sqlalchemy.Result", "sqlalchemy.ScalarResult"
_SELECTS = frozenset(
    f"{module}.select"
    for module in (
        "sqlalchemy",
        "sqlalchemy.future",
        "sqlalchemy.sql",
        "sqlalchemy.sql.expression",
        "sqlmodel",
    )
)
_SESSIONS = frozenset({"sqlalchemy.orm.Session", "sqlmodel.Session", "sqlalchemy.orm.scoped_session"})
_ASYNC_SESSIONS = frozenset(
    {
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlmodel.ext.asyncio.session.AsyncSession",
        "sqlalchemy.ext.asyncio.async_scoped_session",
    }
)
_SELF_FETCHING = {
    "beanie.Document": frozenset({"get", "find_one"}),
    "tortoise.models.Model": frozenset({"get", "get_or_none", "first", "create"}),
}
_REFINING = frozenset(
    [
        "where",
        "filter",
        "filter_by",
        "order_by",
        "limit",
        "offset",
        "options",
        "join",
        "outerjoin",
        "join_from",
        "distinct",
        "group_by",
        "having",
        "with_for_update",
        "execution_options",
        "select_from",
        "unique",
        "populate_existing",
        "enable_eagerloads",
    ]
)
_ONE_OF_QUERY = frozenset({"first", "one", "one_or_none", "get"})
_ONE_OF_SCALARS = frozenset({"first", "one", "one_or_none"})
_ONE_OF_RESULT = frozenset({"scalar", "scalar_one", "scalar_one_or_none"})
# What a row of a table is taken for whose class was not read.
SOME_TABLE = "sqlalchemy.orm.DeclarativeBase"
_CLASS = Pattern(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
_CERTAIN = frozenset({"one", "scalar_one", "get_one", "merge"})


def queried(project: Project, module: Module, node: ast.Call, name: str, infer: Infer) -> Type | None:
    """The type of such a call's value with the class of its rows; None where that is not known."""
    if name in _SELECTS:
        return _of_entity(project, module, node, _SELECT, infer)
    owner, _, method = name.rpartition(".")
    if method in _SELF_FETCHING.get(owner, ()) and isinstance(node.func, ast.Attribute):
        mapper = infer(project, module, node.func.value)
        is_class = mapper is not None and mapper.is_class
        return replace(mapper, is_class=False, is_coroutine=True) if mapper and is_class else None
    if owner in {_SELECT, _QUERY, _RESULT, _SCALARS} and isinstance(node.func, ast.Attribute):
        return _of_query(infer(project, module, node.func.value), method)
    kinds = set(bases_of(owner))
    if kinds & _ASYNC_SESSIONS:
        found = _of_session(project, module, node, method, infer)
        return replace(found, is_coroutine=True) if found is not None else None
    return _of_session(project, module, node, method, infer) if kinds & _SESSIONS else None


def _of_entity(project: Project, module: Module, node: ast.Call, name: str, infer: Infer) -> Type | None:
    """`select(Model)` or `query(Model)`; of several columns nothing is known but that it is a query."""
    row = _row(project, module, node, infer) if len(node.args) == 1 else None
    return Type(name, (row,)) if row is not None else Type(name)


def _row(project: Project, module: Module, node: ast.Call, infer: Infer) -> Type | None:
    given = infer(project, module, node.args[0]) if node.args else None
    if given is None and node.args:
        return _unread_entity(project, module, node.args[0])
    if given is None or not given.is_class or given.cls is None:
        return None
    return Type(given.name, cls=given.cls)


def _unread_entity(project: Project, module: Module, node: ast.expr) -> Type | None:
    """A row of some table: what is called like a class, and comes from a file that was not read."""
    if not isinstance(node, ast.Name) or not _CLASS.fullmatch(node.id):
        return None
    target = look_up_path(project, module, node)
    return Type(SOME_TABLE) if target is not None and target.kind == "external" else None


def _of_query(owner: Type | None, method: str) -> Type | None:
    if owner is None:
        return None
    if method in _REFINING:
        return owner
    row = certain(owner.args[0]) if owner.args else None
    if owner.name == _RESULT and method == "scalars":
        return Type(_SCALARS, (row,)) if row is not None else Type(_SCALARS)
    if row is None:
        return None
    if method == "all" and owner.name in {_QUERY, _SCALARS}:
        return Type("builtins.list", (row,))
    one = {_QUERY: _ONE_OF_QUERY, _SCALARS: _ONE_OF_SCALARS, _RESULT: _ONE_OF_RESULT}.get(owner.name, ())
    return replace(row, is_optional=method not in _CERTAIN) if method in one else None


def _of_session(project: Project, module: Module, node: ast.Call, method: str, infer: Infer) -> Type | None:
    if method == "query":
        return _of_entity(project, module, node, _QUERY, infer)
    if method in {"get", "get_one"}:
        row = _row(project, module, node, infer)
        return replace(row, is_optional=method == "get") if row is not None else None
    if method == "merge" and node.args:
        return infer(project, module, node.args[0])
    if method not in {"scalar", "scalars", "execute", "exec"} or not node.args:
        return None
    statement = infer(project, module, node.args[0])
    rows = statement.args if statement is not None and statement.name == _SELECT else ()
    if method == "scalar":
        return replace(rows[0], is_optional=True) if rows else None
    return Type(_RESULT if method == "execute" else _SCALARS, rows)
