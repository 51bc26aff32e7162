"""Looks at applications: dependencies with `yield`, start-up, tests."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    annotation_names,
    calls,
    dotted,
    functions,
    handlers,
    keyword,
    last_name,
    own_nodes,
    parameters,
    source,
    text_of,
)

_PACKAGES = tuple(
    f"{name}.py"
    for name in ("fastapi", "starlette", "pydantic", "uvicorn", "httpx", "jwt", "sqlalchemy", "redis")
)


def swallowing_dependencies(scene: Scene) -> Iterator[Seen]:
    """`except` around a `yield` that ends without raising."""
    for module in scene.modules:
        for function in functions(module.tree):
            for node in own_nodes(function):
                if isinstance(node, ast.Try) and _yields(node.body):
                    for handler in node.handlers:
                        if not any(isinstance(part, ast.Raise) for part in ast.walk(handler)):
                            name = source(handler.type) if handler.type else "everything"
                            says = f"catches `{name}` around its `yield` and does not raise again"
                            yield Seen(f"`{function.name}` {says}", module.file, handler.lineno)


def several_yields(scene: Scene) -> Iterator[Seen]:
    """Generators with more than one `yield`, or one inside a loop."""
    for module in scene.modules:
        for function in functions(module.tree):
            yields = [node for node in own_nodes(function) if isinstance(node, ast.Yield)]
            loops = [
                node for node in own_nodes(function) if isinstance(node, ast.For | ast.While | ast.AsyncFor)
            ]
            if len(yields) > 1 or any(_yields(loop.body) for loop in loops):
                yield Seen(
                    f"`{function.name}` can reach `yield` more than once", module.file, function.lineno
                )


def clients_without_with(scene: Scene) -> Iterator[Seen]:
    """`TestClient(app)` that is never entered, so that the lifespan does not run."""
    for module in scene.modules:
        entered = {
            id(item.context_expr)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.With)
            for item in node.items
        }
        names = {
            dotted(item.context_expr)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.With)
            for item in node.items
        }
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Assign) or last_name(node.value) != "TestClient":
                continue
            if dotted(node.targets[0]) not in names and id(node.value) not in entered:
                yield Seen(f"`{source(node)}` is not used in a `with`", module.file, node.lineno)


def events_beside_lifespan(scene: Scene) -> Iterator[Seen]:
    """`on_event` functions next to `lifespan=`: they never run."""
    for module in scene.modules:
        if any(keyword(call, "lifespan") for call in calls(module.tree, "FastAPI", "APIRouter")):
            for function in functions(module.tree):
                for decorator in function.decorator_list:
                    if last_name(decorator) == "on_event":
                        yield Seen(
                            f"`{function.name}` never runs beside `lifespan=`", module.file, function.lineno
                        )


def overrides_by_wrong_key(scene: Scene) -> Iterator[Seen]:
    """`dependency_overrides` whose key is no function, or whose value was called."""
    for module, node in scene.walk():
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Subscript) and last_name(target.value) == "dependency_overrides":
                if isinstance(target.slice, ast.Call | ast.Constant):
                    yield Seen(f"the key `{source(target.slice)}` is no function", module.file, node.lineno)
                elif isinstance(node.value, ast.Call) and not node.value.args:
                    yield Seen(
                        f"`{source(node.value)}` is called when it is assigned", module.file, node.lineno
                    )


def reload_with_an_object(scene: Scene) -> Iterator[Seen]:
    """`uvicorn.run(app, reload=True)`: an object cannot be imported again."""
    for module in scene.modules:
        for call in calls(module.tree, "run"):
            forks = keyword(call, "reload") is not None or keyword(call, "workers") is not None
            if dotted(call.func) == "uvicorn.run" and forks and call.args and not text_of(call.args[0]):
                yield Seen(f"`{source(call)}` gets the application itself", module.file, call.lineno)


def servers_at_import(scene: Scene) -> Iterator[Seen]:
    """`uvicorn.run` outside of a function and of the `__main__` guard."""
    for module in scene.modules:
        for statement in module.tree.body:
            if isinstance(statement, ast.Expr) and dotted(statement.value) == "uvicorn.run":
                yield Seen(f"`{source(statement)}` runs at import", module.file, statement.lineno)


def modules_named_like_packages(scene: Scene) -> Iterator[Seen]:
    """Files of the traceback, the user's own, with the name of a package that they import."""
    for raised in scene.error.raised:
        for frame in raised.frames:
            name = frame.file.replace("\\", "/").rpartition("/")[2]
            if frame.is_users and name in _PACKAGES:
                yield Seen(f"`{name}` hides the package of that name", frame.file, frame.line)


def uploads_given_to_tasks(scene: Scene) -> Iterator[Seen]:
    """An upload that is handed to a background task."""
    for module in scene.modules:
        for function in functions(module.tree):
            files = {
                arg.arg for arg, _ in parameters(function) if "UploadFile" in annotation_names(arg.annotation)
            }
            for call in calls(function, "add_task", "create_task"):
                for node in ast.walk(call):
                    if isinstance(node, ast.Name) and node.id in files:
                        yield Seen(f"`{node.id}` goes into `{source(call)}`", module.file, call.lineno)


def dependencies_called_by_hand(scene: Scene) -> Iterator[Seen]:
    """Calls of functions whose defaults are `Depends(...)`, without those arguments."""
    for module in scene.modules:
        injected = {
            function.name: len(list(parameters(function)))
            for function in functions(module.tree)
            if any(
                last_name(default) in ("Depends", "Security", "Query", "Header")
                for _, default in parameters(function)
            )
        }
        for call in calls(module.tree, *injected):
            if len(call.args) + len(call.keywords) < injected[last_name(call.func)]:
                yield Seen(f"`{source(call)}` leaves its dependencies out", module.file, call.lineno)


def sockets_without_accept(scene: Scene) -> Iterator[Seen]:
    """WebSocket handlers that never accept."""
    for module in scene.modules:
        for function, method in handlers(module.tree):
            if method == "WS" and not any(True for _ in calls(function, "accept", "connect", "join")):
                yield Seen(f"`{function.name}` never awaits `accept()`", module.file, function.lineno)


def bare_lifespans(scene: Scene) -> Iterator[Seen]:
    """Functions given as `lifespan=` that no decorator makes a context manager."""
    for module in scene.modules:
        names = {last_name(keyword(call, "lifespan")) for call in calls(module.tree, "FastAPI", "APIRouter")}
        for function in functions(module.tree):
            if function.name in names and not function.decorator_list:
                yield Seen(f"`{function.name}` has no `@asynccontextmanager`", module.file, function.lineno)


def old_template_calls(scene: Scene) -> Iterator[Seen]:
    """`TemplateResponse` with the template's name first, as it was before Starlette 1."""
    for module in scene.modules:
        for call in calls(module.tree, "TemplateResponse"):
            if call.args and (text_of(call.args[0]) or isinstance(call.args[0], ast.JoinedStr)):
                yield Seen(f"`{source(call)}` gives the name first", module.file, call.lineno)


def _yields(body: list[ast.stmt]) -> bool:
    return any(isinstance(part, ast.Yield) for statement in body for part in ast.walk(statement))
