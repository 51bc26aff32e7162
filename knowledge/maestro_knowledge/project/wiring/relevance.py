"""Which modules and functions can have a part in wiring, so that the rest is not followed."""

import ast

from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.lookup import import_target
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import function_at

HTTP_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
DECORATORS = HTTP_METHODS | {"api_route", "websocket", "websocket_route", "route"}
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
    | {"add_middleware", "add_exception_handler", "add_event_handler", "middleware", "exception_handler"}
    | {"on_event"}
)
_UNMISTAKABLE = _CALLS - HTTP_METHODS - {"route", "mount", "middleware"}
APP_CLASSES = ("fastapi.FastAPI",)
ROUTER_CLASSES = (
    "fastapi.APIRouter", "fastapi_utils.inferring_router.InferringRouter", "fastapi_utils.APIRouter",
    "fastapi_restful.inferring_router.InferringRouter", "fastapi_versionizer.APIRouter",
)  # fmt: skip
_CREATORS = frozenset({"FastAPI", "APIRouter"})
_FRAMEWORKS = frozenset({"fastapi", "starlette"})
_DEPTH = 6


def find_relevant(project: Project) -> frozenset[Module]:
    """The modules that import FastAPI, directly or through others of the project, or declare routes."""
    importers: dict[Module, set[Module]] = {}
    reached: list[Module] = []
    for module in project.modules:
        uses = False
        for target, name in _imports(project, module):
            if target is not None:
                importers.setdefault(target, set()).add(module)
            uses = uses or name.partition(".")[0] in _FRAMEWORKS
        if uses or any(is_route_decorator(d) for f in module.functions for d in f.node.decorator_list):
            reached.append(module)
    found = set(reached)
    for module in reached:
        new = importers.get(module, set()) - found
        found |= new
        reached += sorted(new, key=lambda module: module.path)
    return frozenset(found)


def _imports(project: Project, module: Module) -> list[tuple[Module | None, str]]:
    found: list[tuple[Module | None, str]] = []
    for node in module.nodes.get(ast.Import, ()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                target = import_target(project, module, alias.name, 0)
                found.append((target.module if target is not None else None, alias.name))
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            target = import_target(project, module, base, node.level)
            found.append((target.module if target is not None else None, "" if node.level else base))
            for alias in node.names:
                inner = import_target(
                    project, module, f"{base}.{alias.name}".lstrip("."), node.level, only_project=True
                )
                if inner is not None:
                    found.append((inner.module, ""))
    return found


def imported_modules(project: Project, module: Module) -> list[Module]:
    """The project's modules that a module imports, in source order, each once."""
    found = [target for target, _ in _imports(project, module) if target is not None and target is not module]
    return list(dict.fromkeys(found))


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
    """Whether a call makes a decorator of a router: `router.get(path)`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in DECORATORS


def creates(project: Project, function: Function) -> bool:
    """Whether a function itself makes an application or a router."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, (ast.Name, ast.Attribute))
        and _last_name(node.func) in _CREATORS
        and (target := resolve_path(project, function.module, node.func)) is not None
        and target.name in {"fastapi.FastAPI", "fastapi.APIRouter"}
        for node in function.scope.nodes
    )


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def may_wire(project: Project, function: Function, depth: int = _DEPTH) -> bool:
    """Whether a function makes or changes an application or a router, itself or through what it calls."""
    memory = project.memory.wires
    if function not in memory:
        memory[function] = False
        memory[function] = _wires(project, function, depth)
    return memory[function]


def _wires(project: Project, function: Function, depth: int) -> bool:
    nested = [
        node for node in function.scope.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    called = [inner for node in nested if (inner := function_at(function.module, node)) is not None]
    for node in function.scope.nodes:
        if not isinstance(node, ast.Call):
            continue
        if is_route_decorator(node) or (
            isinstance(node.func, ast.Attribute) and node.func.attr in _UNMISTAKABLE
        ):
            return True
        if not isinstance(node.func, (ast.Name, ast.Attribute)):
            continue
        if _last_name(node.func) in _CREATORS:
            return True
        if depth:
            target = resolve_path(project, function.module, node.func)
            if target is not None and target.function is not None:
                called.append(target.function)
            elif target is not None and target.cls is not None and "__init__" in target.cls.methods:
                called.append(target.cls.methods["__init__"])
    return any(may_wire(project, inner, depth - 1) for inner in called)
