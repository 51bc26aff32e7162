"""Which modules and functions can have a part in wiring, so that the rest is not followed."""

import ast
from collections import defaultdict

from maestro_knowledge.project.calls import called_function
from maestro_knowledge.project.importing import imported_modules
from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import function_around

HTTP_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
DECORATORS = HTTP_METHODS | {"api_route", "websocket", "websocket_route", "route"}
ATTACHING = frozenset({"middleware", "exception_handler", "on_event"})
_CALLS = (
    DECORATORS
    | {
        "include_router",
        "mount",
        "add_api_route",
        "add_route",
        "add_api_websocket_route",
        "add_websocket_route",
    }
    | {"add_middleware", "add_exception_handler", "add_event_handler"}
    | ATTACHING
)
_UNMISTAKABLE = _CALLS - HTTP_METHODS - {"route", "mount", "middleware"}
APP_CLASSES = ("fastapi.FastAPI",)
ROUTER_CLASSES = (
    "fastapi.APIRouter", "fastapi_utils.inferring_router.InferringRouter", "fastapi_utils.APIRouter",
    "fastapi_restful.inferring_router.InferringRouter", "fastapi_versionizer.APIRouter",
)  # fmt: skip
_CREATORS = frozenset({"FastAPI", "APIRouter"})
_FRAMEWORKS = frozenset({"fastapi", "starlette"})


def find_relevant(project: Project) -> frozenset[Module]:
    """The modules that import FastAPI, directly or through others of the project, or declare routes."""
    importers: dict[Module, set[Module]] = {}
    reached: list[Module] = []
    for module in project.modules:
        for target in imported_modules(project, module):
            importers.setdefault(target, set()).add(module)
        if _imports_framework(module) or _declares_routes(module):
            reached.append(module)
    found = set(reached)
    for module in reached:
        new = importers.get(module, set()) - found
        found |= new
        reached += sorted(new, key=lambda module: module.path)
    return frozenset(found)


def _imports_framework(module: Module) -> bool:
    names: list[str] = []
    for node in module.nodes.get(ast.Import, ()):
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    for node in module.nodes.get(ast.ImportFrom, ()):
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
    return any(name.partition(".")[0] in _FRAMEWORKS for name in names)


def _declares_routes(module: Module) -> bool:
    return any(is_route_decorator(each) for one in module.functions for each in one.node.decorator_list)


def is_route_decorator(node: ast.expr) -> bool:
    """Whether a decorator has the shape of a path operation: `x.get("/…")`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in DECORATORS:
        return False
    path = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "path"), None)
    if isinstance(path, ast.Constant):
        return isinstance(path.value, str) and (path.value.startswith("/") or not path.value)
    return isinstance(path, ast.JoinedStr)


def is_decorator_call(node: ast.Call) -> bool:
    """Whether a call makes a decorator of a router or an application: `router.get(path)`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in DECORATORS | ATTACHING


def find_wiring_functions(project: Project, modules: frozenset[Module]) -> dict[Function, set[Function]]:
    """The functions that make or change a router or an application, or call such a one; and their callers."""
    calls: defaultdict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
    found: dict[Function, set[Function]] = {}
    for module in sorted(modules, key=lambda module: module.path):
        for node in module.nodes.get(ast.Call, ()):
            if isinstance(node, ast.Call):
                name = _last_name(node.func)
                calls[name].append((module, node))
                if name in _CREATORS or name in _UNMISTAKABLE or is_route_decorator(node):
                    found.update((around, set()) for around in _functions_around(module, node))
    waiting = list(found)
    for function in waiting:
        owner = function.owner
        name = owner.name if owner is not None and function.name == "__init__" else function.name
        for module, node in calls.get(name, ()):
            target = resolve_path(project, module, node.func)
            if called_function(target) is function:
                around = _functions_around(module, node)
                found[function].update(around)
                waiting += [each for each in around if each not in found]
                for each in around:
                    found.setdefault(each, set())
    return found


def _functions_around(module: Module, node: ast.AST) -> list[Function]:
    """Every function whose body holds a node, innermost first."""
    found: list[Function] = []
    around = function_around(module, node)
    while around is not None:
        found.append(around)
        around = function_around(module, around.node)
    return found


def creates(function: Function) -> bool:
    """Whether a function itself makes an application or a router."""
    return any(
        isinstance(node, ast.Call) and _last_name(node.func) in _CREATORS for node in function.scope.nodes
    )


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
