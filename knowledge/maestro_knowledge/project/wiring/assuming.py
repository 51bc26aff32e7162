"""Routers that are used but were never seen being made, as in a snippet or behind a missing file."""

import ast
from typing import TYPE_CHECKING

from maestro_knowledge.project.inference import infer, is_kind_of
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import source_of
from maestro_knowledge.project.wiring.relevance import APP_CLASSES, ROUTER_CLASSES, is_route_decorator
from maestro_knowledge.project.wiring.values import Environment, Referred, Value, Wired

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

_APP_NAMES = frozenset({"app", "api", "application", "server"})
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


def assume_router(
    wiring: "Wiring", func: ast.Attribute, node: ast.Call, owner: Value, environment: Environment
) -> Wired | None:
    """The router that a call like `x.get("/…")` is made on, where nothing says that it is something else."""
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
        is_app = is_app or text.rpartition(".")[2].lower() in _APP_NAMES
        made = Wired(is_app, module, func.value, text, is_assumed=True)
        wiring.assumed[key] = made
        wiring.wired.append(made)
    return wiring.assumed[key]


def _uses_other_framework(module: Module) -> bool:
    for node in (*module.nodes.get(ast.Import, ()), *module.nodes.get(ast.ImportFrom, ())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if any(name.partition(".")[0] in _OTHER_FRAMEWORKS for name in names):
            return True
    return False


def _comes_from_elsewhere(owner: Value) -> bool:
    """Whether it is imported from a package that is known to be something else."""
    return isinstance(owner, Referred) and owner.target.name.partition(".")[0] in _OTHER_FRAMEWORKS | {
        "builtins"
    }
