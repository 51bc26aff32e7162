"""Looks at middleware: CORS, what it returns and reads; and at exception handlers, which share a fault."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import (
    Function,
    calls,
    dotted,
    functions,
    is_true,
    keyword,
    last_name,
    own_nodes,
    source,
    text_of,
)


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


def handlers_returning_data(scene: Scene) -> Iterator[Seen]:
    """Exception handlers and middleware that return a dict or a list, not a response."""
    for module in scene.modules:
        for function in [*_exception_handlers(module.tree), *_middleware(module.tree)]:
            for node in own_nodes(function):
                if isinstance(node, ast.Return) and isinstance(
                    node.value, ast.Dict | ast.List | ast.Constant
                ):
                    yield Seen(f"`{function.name}` returns `{source(node.value)}`", module.file, node.lineno)


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
