"""What the constructor of an application or a router is given."""

import ast
from typing import TYPE_CHECKING

from maestro_knowledge.project.lookup import look_up_path
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.project.wiring.options import Options, read_options
from maestro_knowledge.project.wiring.plain import as_list, as_map
from maestro_knowledge.project.wiring.registering import AttachedKind, Registration, RouteKind
from maestro_knowledge.project.wiring.values import Attached, Environment, Known, Value, Wired, Written

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_LISTED: dict[str, RouteKind] = {
    "APIRoute": "http", "Route": "starlette", "APIWebSocketRoute": "websocket", "WebSocketRoute": "websocket",
}  # fmt: skip
_LIFESPANS: tuple[tuple[str, AttachedKind], ...] = (
    ("lifespan", "lifespan"), ("on_startup", "startup"), ("on_shutdown", "shutdown"),
)  # fmt: skip


def configure(wiring: "Wiring", made: Wired, node: ast.Call, environment: Environment) -> None:
    """Takes what the constructor of an application or a router is given."""
    options = made.options = read_options(wiring, node, environment, made.options)
    made.prefix = options.text("prefix")
    if made.prefix is None:
        wiring.report(environment.module, node, "the prefix of this router is not known")
    _configure_middleware(wiring, made, options)
    _configure_handlers(wiring, made, options)
    for name, kind in _LIFESPANS:
        if name in options.values:
            _attach_lifespans(wiring, made, kind, options.values[name], environment)
    listed = as_list(wiring, options.values["routes"]) if "routes" in options.values else None
    for item in listed.items if listed is not None else ():
        if isinstance(item, Written) and isinstance(item.node, ast.Call):
            _register_listed(Registration(wiring, made, item.node, item.environment))


def _configure_middleware(wiring: "Wiring", made: Wired, options: Options) -> None:
    listed = as_list(wiring, options.values["middleware"]) if "middleware" in options.values else None
    for item in listed.items if listed is not None else ():
        if isinstance(item, Written) and isinstance(item.node, ast.Call) and item.node.args:
            here = Registration(wiring, made, item.node, item.environment)
            given = here.argument(1, "dispatch")
            handler = here.value(given) if given is not None else None
            keywords = keywords_of(item.node)
            made.listed_middleware.append(
                Attached("middleware", item.node.args[0], handler, item.node, item.environment, keywords)
            )


def _configure_handlers(wiring: "Wiring", made: Wired, options: Options) -> None:
    given = options.values.get("exception_handlers")
    mapped = as_map(wiring, given) if given is not None else None
    if mapped is None or not isinstance(given, Written) or not isinstance(given.node, ast.Dict):
        return
    for key, (_, handler) in zip(given.node.keys, mapped.items, strict=True):
        made.attached.append(Attached("exception", key, handler, given.node, given.environment, {}))


def _attach_lifespans(
    wiring: "Wiring", made: Wired, kind: AttachedKind, value: Value, environment: Environment
) -> None:
    listed = as_list(wiring, value)
    for item in listed.items if listed is not None else [value]:
        if not isinstance(item, Known):
            made.attached.append(Attached(kind, None, item, made.node, environment, {}))


def _register_listed(here: Registration) -> None:
    """Registers one element of `routes=[…]`."""
    target = look_up_path(here.wiring.project, here.environment.module, here.node.func)
    name = target.name.rpartition(".")[2] if target is not None else ""
    if name in _LISTED:
        here.route(_LISTED[name])
    elif name == "Mount":
        here.mount()
