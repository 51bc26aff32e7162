"""Looks at database code: engines, sessions, relationships."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    annotation_names,
    calls,
    functions,
    keyword,
    last_name,
    own_nodes,
    parameters,
    source,
    text_of,
)

_FACTORIES = ("async_sessionmaker", "AsyncSession", "sessionmaker")
_SYNC_DRIVERS = (
    "sqlite://",
    "postgresql://",
    "postgres://",
    "mysql://",
    "postgresql+psycopg2://",
    "mysql+pymysql://",
)


def expiring_sessions(scene: Scene) -> Iterator[Seen]:
    """Session factories that expire objects on commit."""
    for module in scene.modules:
        for call in calls(module.tree, *_FACTORIES):
            if (call.args or call.keywords) and keyword(call, "expire_on_commit") is None:
                yield Seen(f"`{source(call)}` expires objects on commit", module.file, call.lineno)


def lazy_relationships(scene: Scene) -> Iterator[Seen]:
    """Relationships that load when they are touched."""
    for module in scene.modules:
        for call in calls(module.tree, "relationship", "Relationship"):
            if keyword(call, "lazy") is None:
                yield Seen(f"`{source(call)}` loads only when it is touched", module.file, call.lineno)


def sync_driver_urls(scene: Scene) -> Iterator[Seen]:
    """Asynchronous engines with the URL of a driver that is not."""
    for module in scene.modules:
        for call in calls(module.tree, "create_async_engine"):
            url = text_of(call.args[0]) if call.args else ""
            if url.startswith(_SYNC_DRIVERS):
                driver = url.partition("://")[0]
                yield Seen(f"`create_async_engine` gets `{driver}://`", module.file, call.lineno)


def memory_databases(scene: Scene) -> Iterator[Seen]:
    """In-memory SQLite without `StaticPool`: each connection is a database of its own."""
    for module in scene.modules:
        for call in calls(module.tree, "create_engine", "create_async_engine"):
            url = text_of(call.args[0]) if call.args else ""
            is_memory = url.startswith("sqlite") and (url.endswith(("://", ":///")) or ":memory:" in url)
            if is_memory and last_name(keyword(call, "poolclass")) != "StaticPool":
                yield Seen(f"`{source(call)}` has no `StaticPool`", module.file, call.lineno)


def sessions_left_open(scene: Scene) -> Iterator[Seen]:
    """Sessions that a function opens without `with` and does not close."""
    names = (
        "Session",
        "SessionLocal",
        "AsyncSession",
        "async_session",
        "session_factory",
        "AsyncSessionLocal",
    )
    for module in scene.modules:
        for function in functions(module.tree):
            closed = any(True for _ in calls(function, "close", "aclose"))
            for node in own_nodes(function):
                if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                    continue
                if not closed and last_name(node.value) in names:
                    yield Seen(f"`{source(node)}` is never closed", module.file, node.lineno)


def statements_as_strings(scene: Scene) -> Iterator[Seen]:
    """`execute("…")` with a plain string."""
    for module in scene.modules:
        for call in calls(module.tree, "execute", "scalar", "scalars"):
            if call.args and (text_of(call.args[0]) or isinstance(call.args[0], ast.JoinedStr)):
                yield Seen(f"`{source(call)}` gets a plain string", module.file, call.lineno)


def sessions_at_import(scene: Scene) -> Iterator[Seen]:
    """One session for the whole module."""
    for module in scene.modules:
        for statement in module.tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                says = f"`{source(statement)}` is shared by all requests"
                if last_name(statement.value) in ("Session", "AsyncSession", "SessionLocal", "async_session"):
                    yield Seen(says, module.file, statement.lineno)


def objects_returned_after_the_session(scene: Scene) -> Iterator[Seen]:
    """Functions that return, from inside `with Session(...)`, what they loaded there."""
    for module in scene.modules:
        for function in functions(module.tree):
            for node in own_nodes(function):
                if not isinstance(node, ast.With | ast.AsyncWith):
                    continue
                returns = any(isinstance(part, ast.Return) and part.value for part in ast.walk(node))
                if returns and "ession" in last_name(node.items[0].context_expr):
                    says = f"`{function.name}` returns objects out of a session that closes"
                    yield Seen(says, module.file, node.lineno)


def async_sessions_queried(scene: Scene) -> Iterator[Seen]:
    """`.query(...)` on an `AsyncSession`."""
    for module in scene.modules:
        for function in functions(module.tree):
            names = {
                arg.arg
                for arg, _ in parameters(function)
                if "AsyncSession" in annotation_names(arg.annotation)
            }
            for call in calls(function, "query"):
                if isinstance(call.func, ast.Attribute) and last_name(call.func.value) in names:
                    yield Seen(f"`{source(call)}` on an `AsyncSession`", module.file, call.lineno)
