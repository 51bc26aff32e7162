"""Sessions and connections: the calls that open one, and whether the code around closes it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

SESSION_CLASSES = (
    "sqlalchemy.orm.Session",
    "sqlmodel.Session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlmodel.ext.asyncio.session.AsyncSession",
    "sqlalchemy.Connection",
    "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlite3.Connection",
    "psycopg2.extensions.connection",
    "psycopg.Connection",
    "psycopg.AsyncConnection",
    "pymysql.connections.Connection",
    "MySQLdb.connections.Connection",
    "asyncpg.Connection",
    "asyncpg.connection.Connection",
    "aiosqlite.Connection",
    "aiomysql.Connection",
)
_OPENERS = frozenset(
    {
        "sqlite3.connect",
        "psycopg2.connect",
        "psycopg.connect",
        "psycopg.Connection.connect",
        "psycopg.AsyncConnection.connect",
        "pymysql.connect",
        "MySQLdb.connect",
        "mysql.connector.connect",
        "pyodbc.connect",
        "cx_Oracle.connect",
        "oracledb.connect",
        "asyncpg.connect",
        "aiosqlite.connect",
        "aiomysql.connect",
        "sqlalchemy.Engine.connect",
        "sqlalchemy.Engine.raw_connection",
        "sqlalchemy.ext.asyncio.AsyncEngine.connect",
        "sqlalchemy.orm.Session",
        "sqlmodel.Session",
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlmodel.ext.asyncio.session.AsyncSession",
    }
)
_FACTORIES = ("sqlalchemy.orm.sessionmaker", "sqlalchemy.ext.asyncio.async_sessionmaker")
_CLOSING = frozenset({"close", "aclose", "release", "putconn", "remove", "terminate", "disconnect"})


def opened_session(view: View, module: Module, node: ast.Call) -> bool:
    """Whether the call opens a session or connection that its caller has to close."""
    name = view.name(module, node.func)
    if name == "builtins.next":
        return _is_next_of_dependency(view, module, node)
    if name in _OPENERS:
        return True
    maker = view.type(module, node.func)
    return maker is not None and maker.name in _FACTORIES and not maker.is_class


def _is_next_of_dependency(view: View, module: Module, node: ast.Call) -> bool:
    """`next(get_db())`: whoever takes one value leaves the generator, and its session, hanging."""
    made = node.args[0] if node.args else None
    target = view.target(module, made.func) if isinstance(made, ast.Call) else None
    function = target.function if target else None
    return function is not None and function.is_generator and view.is_dependency(function)


def unclosed(view: View, function: Function, node: ast.Call) -> bool:
    """Whether the session that the call opens is left open when the statements behind it raise."""
    statement, name = _assigned(view, node)
    if statement is None or not name:
        return _is_used_at_once(view, node)
    if _is_handed_on(view, function, name, statement):
        return False
    return not any(_closes(call, name) for call in _calls_in_finally(function))


def _is_used_at_once(view: View, node: ast.Call) -> bool:
    """Whether only a method of it is called, as in `engine.connect().execute(…)`."""
    used = view.parent(node)
    if isinstance(used, ast.Await):
        used = view.parent(used)
    if not isinstance(used, ast.Attribute) or used.attr in {*_CLOSING, "begin", "execution_options"}:
        return False
    call = view.parent(used)
    return isinstance(call, ast.Call) and call.func is used


def returned(view: View, function: Function, node: ast.Call) -> bool:
    """Whether the function gives the session that the call opens to its caller."""
    if isinstance(_outside_await(view, node), ast.Return):
        return True
    _, name = _assigned(view, node)
    return bool(name) and any(
        isinstance(one, ast.Return) and isinstance(one.value, ast.Name) and one.value.id == name
        for one in function.scope.nodes
    )


def _outside_await(view: View, node: ast.AST) -> ast.AST | None:
    parent = view.parent(node)
    return view.parent(parent) if isinstance(parent, ast.Await) else parent


def _assigned(view: View, node: ast.Call) -> tuple[ast.stmt | None, str]:
    """The statement that gives the call's value a name, and that name."""
    match _outside_await(view, node):
        case ast.Assign(targets=[ast.Name(id=name)]) as statement:
            return statement, name
        case ast.AnnAssign(target=ast.Name(id=name)) as statement:
            return statement, name
        case _:
            return None, ""


def _is_handed_on(view: View, function: Function, name: str, statement: ast.stmt) -> bool:
    """Whether somebody else may close it: it is returned, yielded, entered, stored or given away."""
    for node in function.scope.nodes:
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        parent = view.parent(node)
        if isinstance(parent, ast.withitem | ast.Return | ast.Yield | ast.Dict | ast.List | ast.Tuple):
            return True
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr) and parent is not statement:
            return True
        if isinstance(parent, ast.Call) and node in parent.args and _takes_over(parent):
            return True
    return False


def _takes_over(call: ast.Call) -> bool:
    """Whether the call is one that closes what it is given, as an exit stack or `closing` does."""
    callee = call.func
    name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
    return name in {
        "closing",
        "aclosing",
        "enter_context",
        "enter_async_context",
        "push",
        "callback",
        "add_task",
    }


def _calls_in_finally(function: Function) -> Iterator[ast.Call]:
    for node in function.scope.nodes:
        if isinstance(node, ast.Try):
            for statement in node.finalbody:
                yield from (call for call in walk(statement) if isinstance(call, ast.Call))


def _closes(call: ast.Call, name: str) -> bool:
    """`name.close()`, or `pool.putconn(name)`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _CLOSING:
        return False
    receiver = call.func.value
    given = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    return (isinstance(receiver, ast.Name) and receiver.id == name) or name in given
