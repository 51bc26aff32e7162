"""The facts that a rule may declare to read, and where a project keeps them."""

from collections.abc import Callable, Iterable

from maestro_knowledge.project.application import (
    App,
    BackgroundTask,
    Dependency,
    ExceptionHandler,
    Inclusion,
    Lifespan,
    Middleware,
    Operation,
    Route,
    Router,
)
from maestro_knowledge.project.model import ModelClass, Project
from maestro_knowledge.project.symbols import Class, Function, Module
from maestro_knowledge.review.view import View

Fact = (
    Project | Module | Function | Class | ModelClass | App | Router | Inclusion | Operation | Route
    | Dependency | Middleware | ExceptionHandler | Lifespan | BackgroundTask
)  # fmt: skip

FACTS: dict[type, Callable[[View], Iterable[Fact]]] = {
    Project: lambda view: (view.project,),
    Module: lambda view: view.project.modules,
    Function: lambda view: (function for module in view.project.modules for function in module.functions),
    Class: lambda view: (cls for module in view.project.modules for cls in module.classes),
    ModelClass: lambda view: view.project.models,
    App: lambda view: view.project.apps,
    Router: lambda view: view.project.routers,
    Inclusion: lambda view: view.project.inclusions,
    Operation: lambda view: view.project.operations,
    Route: lambda view: view.project.routes,
    Dependency: lambda view: view.dependencies,
    Middleware: lambda view: (part for app in view.project.apps for part in app.middleware),
    ExceptionHandler: lambda view: (part for app in view.project.apps for part in app.exception_handlers),
    Lifespan: lambda view: (part for app in view.project.apps for part in app.lifespans),
    BackgroundTask: lambda view: view.project.background_tasks,
}


def module_of(fact: Fact) -> Module | None:
    """The module that the fact stands in; None for the project as a whole."""
    match fact:
        case Project():
            return None
        case Module():
            return fact
        case ModelClass():
            return fact.cls.module
        case Route():
            return fact.operation.module
        case _:
            return fact.module


def is_judged(module: Module | None, *, tests: bool) -> bool:
    """Whether rules speak about the module: it is in scope, and no test unless the rule is about tests."""
    return module is None or (module.in_scope and (tests or not module.is_test))
