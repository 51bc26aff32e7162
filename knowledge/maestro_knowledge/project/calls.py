"""Who calls whom, and where the project's functions run: on the event loop or in a thread."""

import ast
from collections.abc import Iterator
from typing import cast

from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.project.connections import groups_of
from maestro_knowledge.project.flow import CallSite, Frame, Place
from maestro_knowledge.project.inference import called, infer
from maestro_knowledge.project.lean import LEAN
from maestro_knowledge.project.lookup import ancestors_of, from_elsewhere, member_of_class
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.offloading import handed_over, runs_elsewhere
from maestro_knowledge.project.symbols import Class, Function, Module, Target
from maestro_knowledge.project.tree import parent

_CALL = LEAN[ast.Call]
_WITH = (LEAN[ast.With], LEAN[ast.AsyncWith])


def calls_in(project: Project, function: Function) -> tuple[CallSite, ...]:
    """Every call that a function's own body makes, in source order, without lambdas and nested functions."""
    memory = project.memory.calls
    if function not in memory:
        memory[function] = tuple(_sites(project, function.module, function, function.scope.nodes))
    return memory[function]


def module_calls(project: Project, module: Module) -> tuple[CallSite, ...]:
    """Every call that importing a module makes; remembered."""
    known = project.memory.imported_calls.get(module)
    if known is None:
        known = tuple(_sites(project, module, None, module.scope.nodes))
        project.memory.imported_calls[module] = known
    return known


def _sites(
    project: Project, module: Module, caller: Function | None, nodes: list[ast.AST]
) -> Iterator[CallSite]:
    for node in nodes:
        kind = type(node)
        if kind is _CALL:
            yield from _call_sites(project, module, caller, cast("ast.Call", node))
        elif kind in _WITH and isinstance(node, (ast.With, ast.AsyncWith)):
            yield from _manager_sites(project, module, caller, node)


def _call_sites(
    project: Project, module: Module, caller: Function | None, node: ast.Call
) -> Iterator[CallSite]:
    target = called(project, module, node.func)
    if target is None or target.kind == "value":
        target = _of_instance(project, module, node.func) or target
    awaited = isinstance(parent(node), ast.Await)
    function = target.function if target is not None else None
    elsewhere = function is not None and runs_elsewhere(project, function)
    yield CallSite(node, module, caller, target, "thread" if elsewhere else None, awaited)
    handed = handed_over(project, module, node)
    if handed is not None:
        to, given = handed
        yield CallSite(node, module, caller, called(project, module, given), to, awaited)


def _of_instance(project: Project, module: Module, node: ast.expr) -> Target | None:
    """What runs where an object is called: its class's `__call__`, or `Class()` of one from elsewhere."""
    what = infer(project, module, node)
    if what is None or what.is_class or what.is_coroutine:
        return None
    if what.cls is not None:
        return member_of_class(project, what.cls, "__call__")
    return from_elsewhere(f"{what.name}()") if "." in what.name else None


def _manager_sites(
    project: Project, module: Module, caller: Function | None, node: ast.With | ast.AsyncWith
) -> Iterator[CallSite]:
    """What entering and leaving a context manager of the project's own runs."""
    names = ("__enter__", "__exit__") if isinstance(node, ast.With) else ("__aenter__", "__aexit__")
    for item in node.items:
        if not isinstance(item.context_expr, ast.Call):
            continue
        manager = infer(project, module, item.context_expr)
        if manager is None or manager.cls is None or manager.is_coroutine or manager.is_class:
            continue
        for name in names:
            target = member_of_class(project, manager.cls, name)
            if target is not None and target.function is not None:
                yield CallSite(
                    item.context_expr, module, caller, target, is_awaited=isinstance(node, ast.AsyncWith)
                )


def callers_of(project: Project, function: Function) -> tuple[CallSite, ...]:
    """Every call of a function in the project that could be followed, by file and place."""
    known = project.memory.callers
    if function.module not in known:
        group = groups_of(project).get(function.module, (function.module,))
        known.update(dict.fromkeys(group, _callers_in(project, group)))
    return tuple(known[function.module].get(function, ()))


def _callers_in(project: Project, modules: tuple[Module, ...]) -> dict[Function, list[CallSite]]:
    """Who calls each function of modules with which no others are connected."""
    found: dict[Function, list[CallSite]] = {}
    for module in modules:
        inside = (site for caller in module.functions for site in calls_in(project, caller))
        for site in (*inside, *module_calls(project, module)):
            if site.function is not None:
                found.setdefault(site.function, []).append(site)
    return found


def frames(project: Project) -> tuple[Frame, ...]:
    """Every function that the framework or the loop starts, each with its first role, by file and place."""
    memory = project.memory.frames
    if not memory:
        found: dict[Function, Frame] = {}
        for frame in _all_frames(project):
            found.setdefault(frame.function, frame)
        memory.update(found)
    return tuple(
        sorted(memory.values(), key=lambda frame: (frame.function.module.path, frame.function.node.lineno))
    )


def frame_of(project: Project, function: Function) -> Frame | None:
    """How a function is started from outside; None if only other functions call it."""
    if not project.memory.frames:
        frames(project)
    return project.memory.frames.get(function)


def _all_frames(project: Project) -> Iterator[Frame]:
    for operation in project.operations:
        yield from _operation_frames(operation)
    for route in project.routes:
        for dependency in (*route.dependencies, *_dependencies_of(route.parameters)):
            yield from _dependency_frames(dependency)
    for app in project.apps:
        for lifespan in app.lifespans:
            if lifespan.function is not None:
                yield Frame(lifespan.function, "loop", lifespan.kind)
        for middleware in app.middleware:
            if middleware.function is not None:
                yield Frame(middleware.function, "loop", "middleware")
        for handler in app.exception_handlers:
            if handler.function is not None:
                yield Frame(handler.function, _place(handler.function), "exception handler")
    for task in project.background_tasks:
        if task.target is not None and task.target.function is not None:
            yield Frame(task.target.function, _place(task.target.function), "background task")
    for module in project.modules:
        yield from _coroutine_frames(project, module)


def _operation_frames(operation: Operation) -> Iterator[Frame]:
    function = operation.function
    if function is None:
        return
    if operation.kind == "websocket":
        yield Frame(function, "loop", "websocket")
    else:
        yield Frame(function, _place(function), "path operation")


def _dependency_frames(dependency: Dependency) -> Iterator[Frame]:
    if dependency.function is not None:
        yield Frame(dependency.function, _place(dependency.function), "dependency")
    for inner in _dependencies_of(dependency.parameters):
        yield from _dependency_frames(inner)


def _dependencies_of(parameters: tuple[Parameter, ...]) -> Iterator[Dependency]:
    for parameter in parameters:
        if parameter.dependency is not None:
            yield parameter.dependency


def _coroutine_frames(project: Project, module: Module) -> Iterator[Frame]:
    for function in module.functions:
        if function.is_async:
            yield Frame(function, "loop", "test" if module.is_test else "coroutine")
    for cls in module.classes:
        if "dispatch" in cls.methods and _is_middleware(project, cls):
            yield Frame(cls.methods["dispatch"], "loop", "middleware")


def _is_middleware(project: Project, cls: Class) -> bool:
    return "starlette.middleware.base.BaseHTTPMiddleware" in ancestors_of(project, cls)[1]


def _place(function: Function) -> Place:
    return "loop" if function.is_async else "thread"


def starts_on_loop(project: Project, function: Function) -> bool:
    """Whether a function runs on the event loop because it is a coroutine or is started there."""
    if function.is_async:
        return True
    frame = frame_of(project, function)
    return frame is not None and frame.place == "loop"


def called_function(target: Target | None) -> Function | None:
    """The function of the project that calling `target` runs."""
    if target is None:
        return None
    return target.cls.methods.get("__init__") if target.cls is not None else target.function
