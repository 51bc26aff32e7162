"""What the methods of an application or a router register, and in which order."""

import ast
from typing import TYPE_CHECKING, Any

from maestro_knowledge.project.inference import infer, is_kind_of
from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.tree import keywords_of, source_of
from maestro_knowledge.project.wiring.evaluating import as_list, as_map, text_of
from maestro_knowledge.project.wiring.options import Options, read_options
from maestro_knowledge.project.wiring.relevance import HTTP_METHODS, is_route_decorator, may_wire
from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Attached,
    Draft,
    Environment,
    Joined,
    Known,
    Referred,
    Unknown,
    Value,
    Wired,
    Written,
)  # fmt: skip

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

APP_CLASSES = ("fastapi.FastAPI",)
ROUTER_CLASSES = (
    "fastapi.APIRouter", "fastapi_utils.inferring_router.InferringRouter", "fastapi_utils.APIRouter",
    "fastapi_restful.inferring_router.InferringRouter", "fastapi_versionizer.APIRouter",
)  # fmt: skip
_OTHER_FRAMEWORKS = frozenset(
    {"flask", "quart", "sanic", "bottle", "aiohttp", "litestar", "starlite", "robyn", "blacksheep", "falcon"}
    | {
        "tornado",
        "django",
        "ninja",
        "responder",
        "masonite",
        "microdot",
        "socketify",
        "httpx",
        "requests",
        "respx",
    }
)


def argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument of a call by its position or name."""
    named = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    if named is None and position < len(node.args) and not isinstance(node.args[position], ast.Starred):
        return node.args[position]
    return named


def configure(wiring: "Wiring", made: Wired, node: ast.Call, environment: Environment) -> None:
    """Takes what the constructor of an application or a router is given."""
    options = made.options = read_options(wiring, node, environment, made.options)
    made.prefix = options.text("prefix")
    if made.prefix is None:
        wiring.report(environment.module, node, "the prefix of this router is not known")
    _configure_middleware(wiring, made, options)
    _configure_handlers(wiring, made, options, environment)
    for name, kind in (("lifespan", "lifespan"), ("on_startup", "startup"), ("on_shutdown", "shutdown")):
        if name in options.values:
            _attach_lifespans(wiring, made, kind, options.values[name], environment)
    listed = as_list(wiring, options.values["routes"]) if "routes" in options.values else None
    for item in listed.items if listed is not None else ():
        if isinstance(item, Written) and isinstance(item.node, ast.Call):
            _register_listed(wiring, made, item.node, item.environment)


def _configure_middleware(wiring: "Wiring", made: Wired, options: Options) -> None:
    listed = as_list(wiring, options.values["middleware"]) if "middleware" in options.values else None
    for item in listed.items if listed is not None else ():
        if isinstance(item, Written) and isinstance(item.node, ast.Call) and item.node.args:
            keywords = keywords_of(item.node)
            made.listed_middleware.append(
                Attached("middleware", item.node.args[0], None, item.node, item.environment, keywords)
            )


def _configure_handlers(wiring: "Wiring", made: Wired, options: Options, environment: Environment) -> None:
    given = options.values.get("exception_handlers")
    mapped = as_map(wiring, given) if given is not None else None
    if mapped is None or not isinstance(given, Written) or not isinstance(given.node, ast.Dict):
        return
    for key, (_, handler) in zip(given.node.keys, mapped.items, strict=True):
        made.attached.append(Attached("exception", key, handler, given.node, environment, {}))


def _attach_lifespans(
    wiring: "Wiring", made: Wired, kind: Any, value: Value, environment: Environment
) -> None:
    listed = as_list(wiring, value)
    for item in listed.items if listed is not None else [value]:
        if not isinstance(item, Known):
            made.attached.append(Attached(kind, None, item, made.node, environment, {}))


def _register_listed(wiring: "Wiring", made: Wired, node: ast.Call, environment: Environment) -> None:
    target = look_up_path(wiring.project, environment.module, node.func)
    name = target.name.rpartition(".")[2] if target is not None else ""
    if name in {"APIRoute", "Route"}:
        add_route(wiring, made, "http" if name == "APIRoute" else "starlette", node, environment)
    elif name in {"APIWebSocketRoute", "WebSocketRoute"}:
        add_route(wiring, made, "websocket", node, environment)
    elif name == "Mount":
        _mount(wiring, made, node, environment)


def assume_router(
    wiring: "Wiring", func: ast.Attribute, node: ast.Call, owner: Value, environment: Environment
) -> Wired | None:
    """A router that is used but was never seen being made, where nothing says that it is something else."""
    module = environment.module
    if not (is_route_decorator(node) or func.attr in {"include_router", "add_api_route"}):
        return None
    if not isinstance(func.value, (ast.Name, ast.Attribute)):
        return None
    if isinstance(owner, Referred) and owner.target.kind in {"function", "class"}:
        return None
    type_ = infer(wiring.project, module, func.value)
    is_app = bool(is_kind_of(wiring.project, type_, *APP_CLASSES))
    if type_ is not None and not is_app and not is_kind_of(wiring.project, type_, *ROUTER_CLASSES):
        return None
    if type_ is None and (_uses_other_framework(module) or _comes_from_elsewhere(owner)):
        return None
    text = source_of(module, func.value)
    key = (module, text)
    if key not in wiring.assumed:
        is_app = is_app or text.rpartition(".")[2].lower() in {"app", "api", "application", "server"}
        made = Wired(is_app, module, func.value, text, is_assumed=True)
        wiring.assumed[key] = made
        wiring.wired.append(made)
    return wiring.assumed[key]


def _uses_other_framework(module: Any) -> bool:
    for kind in (ast.Import, ast.ImportFrom):
        for node in module.nodes.get(kind, ()):
            names = [node.module or ""] if kind is ast.ImportFrom else [alias.name for alias in node.names]
            if any(name.partition(".")[0] in _OTHER_FRAMEWORKS for name in names):
                return True
    return False


def _comes_from_elsewhere(owner: Value) -> bool:
    """Whether it is imported from a package that is known to be something else."""
    return isinstance(owner, Referred) and owner.target.name.partition(".")[0] in _OTHER_FRAMEWORKS | {
        "builtins"
    }


def apply_decorators(wiring: "Wiring", node: Any, handler: Value, environment: Environment) -> None:
    """Registers a function through its decorators; the lowest runs first."""
    for decorator in reversed(node.decorator_list):
        apply_decorator(wiring, decorator, handler, node, environment)


def apply_decorator(
    wiring: "Wiring", decorator: ast.expr, handler: Value, handler_node: ast.AST, environment: Environment
) -> bool:
    """Registers `handler` if the decorator is one of an application or a router."""
    if not isinstance(decorator, ast.Call):
        value = wiring.evaluate(decorator, environment) if isinstance(decorator, ast.Name) else UNKNOWN
        return _call_decorator(wiring, value, handler)
    func = decorator.func
    if not isinstance(func, ast.Attribute) or func.attr not in _DECORATORS:
        value = wiring.evaluate(decorator, environment) if isinstance(func, ast.Name) else UNKNOWN
        return _call_decorator(wiring, value, handler)
    owner = wiring.evaluate(func.value, environment)
    if not isinstance(owner, Wired):
        assumed = assume_router(wiring, func, decorator, owner, environment)
        if assumed is None:
            return False
        owner = assumed
    _DECORATORS[func.attr](wiring, owner, func.attr, decorator, handler, handler_node, environment)
    return True


def _call_decorator(wiring: "Wiring", decorator: Value, handler: Value) -> bool:
    """A decorator of the project's own that registers what it is given."""
    if not isinstance(decorator, Referred) or decorator.target.function is None:
        return False
    function = decorator.target.function
    if not may_wire(wiring.project, function) or not function.node.args.args:
        return False
    names = [argument.arg for argument in function.node.args.args]
    position = 1 if decorator.instance is not None and len(names) > 1 else 0
    given = {names[position]: handler}
    if position and decorator.instance is not None:
        given[names[0]] = decorator.instance
    wiring.run_function(function, given, decorator.environment)
    return True


def add_route(
    wiring: "Wiring",
    owner: Wired,
    kind: Any,
    node: ast.Call,
    environment: Environment,
    *,
    handler: Value | None = None,
    handler_node: ast.AST | None = None,
    methods: tuple[str, ...] | None = None,
) -> None:
    """Registers one path operation."""
    path_node = argument(node, 0, "path")
    path = text_of(wiring.evaluate(path_node, environment)) if path_node is not None else None
    if handler is None:
        given = argument(node, 1, "endpoint")
        given = given if given is not None else argument(node, 1, "route")
        handler = wiring.evaluate(given, environment) if given is not None else UNKNOWN
        handler_node = given if given is not None else node
    if methods is None:
        methods = _methods(wiring, kind, node, environment)
    if path is None:
        wiring.report(environment.module, node, "the path of this route is not known")
    owner.entries.append(
        Draft(
            kind,
            methods,
            path,
            handler,
            handler_node or node,
            node,
            read_options(wiring, node, environment),
            environment,
            wiring.next_order(),
            wiring.conditions > 0,
        )
    )


def _methods(wiring: "Wiring", kind: str, node: ast.Call, environment: Environment) -> tuple[str, ...]:
    if kind == "websocket":
        return ()
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "methods"), None)
    listed = as_list(wiring, wiring.evaluate(given, environment)) if given is not None else None
    if given is not None and listed is None:
        return ()
    names = [text_of(item) for item in listed.items] if listed is not None else ["GET"]
    return tuple(name.upper() for name in names if name)


def _decorate_http(
    wiring: "Wiring",
    owner: Wired,
    name: str,
    node: ast.Call,
    handler: Value,
    at: ast.AST,
    environment: Environment,
) -> None:
    methods = (name.upper(),) if name in HTTP_METHODS else None
    kind = "websocket" if name.startswith("websocket") else "starlette" if name == "route" else "http"
    add_route(wiring, owner, kind, node, environment, handler=handler, handler_node=at, methods=methods)


def _decorate_attached(
    wiring: "Wiring",
    owner: Wired,
    name: str,
    node: ast.Call,
    handler: Value,
    at: ast.AST,
    environment: Environment,
) -> None:
    subject = argument(node, 0, "exc_class_or_status_code" if name == "exception_handler" else "event_type")
    kind: Any = {"middleware": "middleware", "exception_handler": "exception"}.get(name)
    if kind is None:
        kind = _event_kind(wiring, subject, environment)
    conditional = wiring.conditions > 0
    if kind is not None:
        named = subject if kind == "exception" else None
        owner.attached.append(Attached(kind, named, handler, at, environment, {}, conditional))


def _event_kind(wiring: "Wiring", subject: ast.expr | None, environment: Environment) -> str | None:
    event = text_of(wiring.evaluate(subject, environment)) if subject is not None else None
    return event if event in {"startup", "shutdown"} else None


_DECORATORS: dict[str, Any] = {
    **dict.fromkeys((*HTTP_METHODS, "api_route", "route", "websocket", "websocket_route"), _decorate_http),
    **dict.fromkeys(("middleware", "exception_handler", "on_event"), _decorate_attached),
}


def _include(wiring: "Wiring", owner: Wired, node: ast.Call, environment: Environment) -> None:
    given = argument(node, 0, "router")
    child = wiring.evaluate(given, environment) if given is not None else UNKNOWN
    options = read_options(wiring, node, environment)
    prefix = options.text("prefix")
    if not isinstance(child, Wired):
        shown = source_of(environment.module, given, 60) if given is not None else "?"
        wiring.report(environment.module, node, f"the router {shown} that is included here is not known")
        child = UNKNOWN
    elif prefix is None:
        wiring.report(environment.module, node, "the prefix of this inclusion is not known")
    _join(wiring, owner, "include", child, prefix, node, options, environment)


def _mount(wiring: "Wiring", owner: Wired, node: ast.Call, environment: Environment) -> None:
    path_node, given = argument(node, 0, "path"), argument(node, 1, "app")
    child = wiring.evaluate(given, environment) if given is not None else UNKNOWN
    path = text_of(wiring.evaluate(path_node, environment)) if path_node is not None else None
    prefix = path.rstrip("/") if path is not None else None
    _join(wiring, owner, "mount", child, prefix, node, Options(keywords_of(node)), environment)


def _join(
    wiring: "Wiring",
    owner: Wired,
    kind: Any,
    child: Value,
    prefix: str | None,
    node: ast.Call,
    options: Options,
    environment: Environment,
) -> None:
    seen = len(child.entries) if isinstance(child, Wired) else 0
    owner.entries.append(
        Joined(
            kind, child, prefix, node, options, environment, wiring.next_order(), seen, wiring.conditions > 0
        )
    )


def call_method(
    wiring: "Wiring", owner: Wired, name: str, node: ast.Call, environment: Environment
) -> Value | None:
    """What calling a method of an application or a router does; None if it is not one that wires."""
    conditional = wiring.conditions > 0
    if name == "include_router":
        _include(wiring, owner, node, environment)
    elif name in {"mount", "host"}:
        _mount(wiring, owner, node, environment)
    elif name in {"add_api_route", "add_route"}:
        add_route(wiring, owner, "http" if name == "add_api_route" else "starlette", node, environment)
    elif name in {"add_api_websocket_route", "add_websocket_route"}:
        add_route(wiring, owner, "websocket", node, environment)
    elif name == "add_middleware":
        subject = argument(node, 0, "middleware_class")
        owner.attached.append(
            Attached("middleware", subject, None, node, environment, keywords_of(node), conditional)
        )
    elif name in {"add_exception_handler", "add_event_handler"}:
        subject, given = node.args[0] if node.args else None, argument(node, 1, "handler")
        if given is None:
            given = argument(node, 1, "func")
        kind: Any = (
            "exception" if name == "add_exception_handler" else _event_kind(wiring, subject, environment)
        )
        if kind is not None:
            handler = wiring.evaluate(given, environment) if given is not None else UNKNOWN
            named = subject if kind == "exception" else None
            owner.attached.append(Attached(kind, named, handler, node, environment, {}, conditional))
    elif name in _DECORATORS:
        return Unknown()  # the decorator by itself; it registers when it is applied
    else:
        return None
    return Known(None)


METHODS = frozenset(_DECORATORS) | {"include_router", "add_api_route"}
