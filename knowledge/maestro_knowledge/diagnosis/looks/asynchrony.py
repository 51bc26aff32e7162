"""Looks at `await`: forgotten, misplaced, on the wrong loop."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    Function,
    calls,
    dotted,
    functions,
    last_name,
    own_nodes,
    source,
)

_COROUTINES = ("AsyncSession", "AsyncConnection", "AsyncClient", "UploadFile", "Request", "WebSocket")
_METHODS = {
    "AsyncSession": frozenset(
        (
            "execute",
            "scalar",
            "scalars",
            "get",
            "commit",
            "rollback",
            "refresh",
            "flush",
            "delete",
            "merge",
            "close",
        )
    ),
    "AsyncConnection": frozenset(("execute", "scalar", "scalars", "commit", "rollback", "run_sync", "close")),
    "AsyncClient": frozenset(("get", "post", "put", "patch", "delete", "head", "options", "request", "send")),
    "UploadFile": frozenset(("read", "write", "seek", "close")),
    "Request": frozenset(("json", "body", "form")),
    "WebSocket": frozenset(
        (
            "accept",
            "close",
            "receive_text",
            "receive_json",
            "receive_bytes",
            "send_text",
            "send_json",
            "send_bytes",
        )
    ),
}
_TAKERS = (
    "gather",
    "create_task",
    "ensure_future",
    "wait_for",
    "run",
    "run_until_complete",
    "shield",
    "start_soon",
)
_LOOP_OBJECTS = ("create_async_engine", "AsyncClient", "Lock", "Semaphore", "Queue", "Event", "ClientSession")
_LOOP_MODULES = ("asyncio", "sqlalchemy", "httpx", "httpx2", "aiohttp", "")
_RUNNERS = (
    "asyncio.run",
    "loop.run_until_complete",
    "anyio.run",
    "asyncio.get_event_loop.run_until_complete",
)


def unawaited_calls(scene: Scene) -> Iterator[Seen]:
    """Calls of coroutine functions that are neither awaited nor handed on."""
    for module in scene.modules:
        known = {item.name for item in functions(module.tree) if _is_coroutine(item)}
        for function in functions(module.tree):
            typed = _typed_names(function)
            handled = _handled(function)
            for node in own_nodes(function):
                if (
                    isinstance(node, ast.Call)
                    and id(node) not in handled
                    and _gives_coroutine(node, known, typed)
                ):
                    yield Seen(f"`{source(node)}` is not awaited", module.file, node.lineno)


def awaited_plain_calls(scene: Scene) -> Iterator[Seen]:
    """`await` on functions of the same file that are no coroutines."""
    for module in scene.modules:
        plain = {item.name for item in functions(module.tree) if isinstance(item, ast.FunctionDef)}
        plain -= {item.name for item in functions(module.tree) if isinstance(item, ast.AsyncFunctionDef)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                name = dotted(node.value.func)
                if name in plain:
                    yield Seen(f"`{name}` is a plain `def`, yet `{source(node)}`", module.file, node.lineno)


def loops_run_inside(scene: Scene) -> Iterator[Seen]:
    """`asyncio.run` and its like inside functions."""
    for module in scene.modules:
        for function in functions(module.tree):
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and dotted(node.func).replace("?.", "") in _RUNNERS:
                    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
                    yield Seen(
                        f"`{source(node)}` runs inside `{kind} {function.name}`", module.file, node.lineno
                    )


def loop_objects_at_import(scene: Scene) -> Iterator[Seen]:
    """Engines, clients and locks that are made at import and so outlive the loop that uses them first."""
    for module in scene.modules:
        for statement in module.tree.body:
            if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
                continue
            for call in calls(statement.value, *_LOOP_OBJECTS):
                if dotted(call.func).rpartition(".")[0] in _LOOP_MODULES:
                    yield Seen(f"`{source(call)}` is made once at import", module.file, call.lineno)


def blocking_calls(scene: Scene) -> Iterator[Seen]:
    """Calls that stop the event loop, in `async def`."""
    blocking = (
        "time.sleep",
        "requests.",
        "urllib.request.urlopen",
        "subprocess.run",
        "subprocess.check_output",
    )
    for module in scene.modules:
        for function in functions(module.tree):
            if not isinstance(function, ast.AsyncFunctionDef):
                continue
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and dotted(node.func).startswith(blocking):
                    yield Seen(f"`{source(node)}` blocks the event loop", module.file, node.lineno)


def shared_by_tasks(scene: Scene) -> Iterator[Seen]:
    """One session used by several tasks at once."""
    for module in scene.modules:
        for call in calls(module.tree, "gather", "create_task"):
            for node in ast.walk(call):
                if isinstance(node, ast.Name) and node.id in (
                    "session",
                    "db",
                    "db_session",
                    "conn",
                    "connection",
                ):
                    yield Seen(f"`{node.id}` goes into `{source(call)}`", module.file, call.lineno)
                    break


def _is_coroutine(function: Function) -> bool:
    """Whether calling the function gives a coroutine, not an asynchronous generator."""
    return isinstance(function, ast.AsyncFunctionDef) and not any(
        isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function)
    )


def _typed_names(function: Function) -> dict[str, str]:
    """The function's names whose asynchronous type is written or plain to see."""
    found: dict[str, str] = {}
    for arg in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        for name in ast.walk(arg.annotation) if arg.annotation else ():
            if last_name(name) in _COROUTINES:
                found[arg.arg] = last_name(name)
    for node in own_nodes(function):
        if isinstance(node, ast.withitem) and last_name(node.context_expr) in _COROUTINES:
            found[dotted(node.optional_vars)] = last_name(node.context_expr)
    return found


def _handled(function: Function) -> set[int]:
    """The calls whose coroutine is awaited, returned, yielded or given to something that awaits it."""
    handled: set[int] = set()
    for node in own_nodes(function):
        if isinstance(node, ast.Await | ast.Return | ast.Yield | ast.AsyncFor) and (
            value := node.iter if isinstance(node, ast.AsyncFor) else node.value
        ):
            handled.add(id(value))
        elif isinstance(node, ast.Call) and last_name(node.func) in _TAKERS:
            handled.update(id(part) for arg in node.args for part in ast.walk(arg))
        elif isinstance(node, ast.AsyncWith):
            handled.update(id(item.context_expr) for item in node.items)
    if isinstance(function, ast.AsyncFunctionDef):
        handled -= {id(node.value) for node in own_nodes(function) if isinstance(node, ast.Return)}
    return handled


def _gives_coroutine(call: ast.Call, known: set[str], typed: dict[str, str]) -> bool:
    """Whether the call is of a coroutine function that is known by name or by the type of its object."""
    if isinstance(call.func, ast.Name):
        return call.func.id in known
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        kind = typed.get(call.func.value.id, "")
        return call.func.attr in _METHODS.get(kind, frozenset())
    return False
