"""Looks at applications: middleware, dependencies with `yield`, start-up, tests."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    Function,
    annotation_names,
    calls,
    dotted,
    functions,
    handlers,
    is_true,
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
                            says = f"`{function.name}` catches `{name}` around its `yield` and does not raise again"
                            yield Seen(says, module.file, handler.lineno)


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
            if isinstance(node, ast.Assign) and last_name(node.value) == "TestClient":
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
            if dotted(call.func) == "uvicorn.run" and call.args and not text_of(call.args[0]):
                if keyword(call, "reload") is not None or keyword(call, "workers") is not None:
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


def any_origin_with_credentials(scene: Scene) -> Iterator[Seen]:
    """`allow_origins=["*"]` together with `allow_credentials=True`."""
    for module in scene.modules:
        for call in _cors(module.tree):
            if "*" in _texts(keyword(call, "allow_origins")) and is_true(keyword(call, "allow_credentials")):
                yield Seen("any origin is allowed together with credentials", module.file, call.lineno)


def no_cors(scene: Scene) -> Iterator[Seen]:
    """An application without `CORSMiddleware`."""
    for module in scene.modules:
        for call in calls(module.tree, "FastAPI"):
            if not any(last_name(node) == "CORSMiddleware" for node in ast.walk(module.tree)):
                yield Seen("the application has no `CORSMiddleware`", module.file, call.lineno)
                return


def unlike_origins(scene: Scene) -> Iterator[Seen]:
    """Origins with a slash or a path at their end, or without a scheme: they equal no `Origin` header."""
    for module in scene.modules:
        for call in _cors(module.tree):
            for origin in _texts(keyword(call, "allow_origins")):
                if origin != "*" and ("://" not in origin or origin.count("/") > 2):
                    yield Seen(f"`{origin}` can never equal an `Origin` header", module.file, call.lineno)


def cors_limits(scene: Scene) -> Iterator[Seen]:
    """`CORSMiddleware` without methods or headers: only simple requests pass."""
    for module in scene.modules:
        for call in _cors(module.tree):
            for name in ("allow_methods", "allow_headers"):
                if keyword(call, name) is None:
                    yield Seen(f"`CORSMiddleware` gets no `{name}`", module.file, call.lineno)


def middleware_after_cors(scene: Scene) -> Iterator[Seen]:
    """Middleware that is added after CORS and so answers in front of it."""
    for module in scene.modules:
        added = sorted(calls(module.tree, "add_middleware"), key=lambda call: call.lineno)
        places = [number for number, call in enumerate(added) if call in list(_cors(module.tree))]
        for call in added[places[-1] + 1 :] if places else ():
            yield Seen(f"`{source(call)}` stands in front of CORS", module.file, call.lineno)


def middleware_without_response(scene: Scene) -> Iterator[Seen]:
    """HTTP middleware that can end without returning the response."""
    for module in scene.modules:
        for function in _middleware(module.tree):
            last = function.body[-1]
            if not isinstance(last, ast.Return | ast.Raise | ast.If | ast.Try | ast.With | ast.AsyncWith):
                yield Seen(f"`{function.name}` does not return the response", module.file, function.lineno)


def body_read_in_middleware(scene: Scene) -> Iterator[Seen]:
    """Middleware that reads the request's body."""
    for module in scene.modules:
        for function in _middleware(module.tree):
            for call in calls(function, "body", "json", "form", "stream"):
                if dotted(call.func).startswith("request."):
                    yield Seen(f"`{source(call)}` in middleware", module.file, call.lineno)


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


def handlers_returning_data(scene: Scene) -> Iterator[Seen]:
    """Exception handlers and middleware that return a dict or a list, not a response."""
    for module in scene.modules:
        for function in [*_exception_handlers(module.tree), *_middleware(module.tree)]:
            for node in own_nodes(function):
                if isinstance(node, ast.Return) and isinstance(
                    node.value, ast.Dict | ast.List | ast.Constant
                ):
                    yield Seen(f"`{function.name}` returns `{source(node.value)}`", module.file, node.lineno)


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


def _cors(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls that add CORS, as `add_middleware(CORSMiddleware, …)` or `Middleware(CORSMiddleware, …)`."""
    for call in calls(tree, "add_middleware", "Middleware", "CORSMiddleware"):
        if last_name(call.func) == "CORSMiddleware" or (
            call.args and last_name(call.args[0]) == "CORSMiddleware"
        ):
            yield call


def _texts(node: ast.AST | None) -> list[str]:
    """The strings of a literal list."""
    return [text_of(item) for item in node.elts] if isinstance(node, ast.List | ast.Tuple) else []


def _middleware(tree: ast.AST) -> Iterator[Function]:
    """Functions under `@app.middleware("http")`, and `dispatch` methods."""
    for function in functions(tree):
        if function.name == "dispatch" or any(
            last_name(item) == "middleware" for item in function.decorator_list
        ):
            yield function


def _exception_handlers(tree: ast.AST) -> Iterator[Function]:
    """Functions under `@app.exception_handler(...)`."""
    for function in functions(tree):
        if any(last_name(item) == "exception_handler" for item in function.decorator_list):
            yield function
