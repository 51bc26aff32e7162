"""The session dependency that a project has already, and what its tables are made from."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.names import resolve_name
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.scaffold.joints import makes_app

SYNCHRONOUS = {
    "sqlalchemy.orm.Session": "sqlalchemy",
    "sqlalchemy.orm.session.Session": "sqlalchemy",
    "sqlmodel.Session": "sqlmodel",
    "sqlmodel.orm.session.Session": "sqlmodel",
}
ASYNCHRONOUS = {
    "sqlalchemy.ext.asyncio.AsyncSession": "sqlalchemy",
    "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy",
    "sqlmodel.ext.asyncio.session.AsyncSession": "sqlmodel",
}
KINDS = SYNCHRONOUS | ASYNCHRONOUS


@dataclass(frozen=True, slots=True)
class Place:
    """A name, and the module that it is imported from."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionSource:
    """How a project gives a session to a request; `base` is what tables derive from, None for SQLModel."""

    dependency: Place
    base: Place | None
    storage: Literal["sqlalchemy", "sqlmodel"]
    session_kind: str
    is_async: bool
    commits: bool
    path: str
    alias: str = ""
    """What the module calls `Annotated[<session>, Depends(<dependency>)]`; empty where nothing."""


def find_session(project: Project) -> SessionSource | None:
    """The session dependency of the project; None where there is none, or not one that can be imported."""
    used = Counter(
        parameter.dependency.function
        for route in project.routes
        for parameter in route.parameters
        if parameter.dependency is not None
        and parameter.dependency.function is not None
        and parameter.type is not None
        and parameter.type.name in KINDS
    )
    nested = list(_declared(project))
    candidates = sorted({*used, *nested}, key=lambda function: (-used[function], function.id))
    for function in candidates:
        source = _read(project, function)
        if source is not None:
            return source
    return None


def _declared(project: Project) -> Iterator[Function]:
    """Generators that say they yield a session, used or not."""
    for module in project.modules:
        if module.is_test:
            continue
        for function in module.functions:
            if function.is_generator and function.owner is None and _session_kind(project, function):
                yield function


def _session_kind(project: Project, function: Function) -> str:
    """The session class that the function's result names, or that it opens."""
    module = function.module
    nodes = [function.node.returns] if function.node.returns is not None else []
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, (ast.Name, ast.Attribute)):
                name = resolve_name(project, module, node)
                if name in KINDS:
                    return name
    for node in function.scope.nodes:
        if isinstance(node, ast.Call):
            name = resolve_name(project, module, node.func)
            if name in KINDS:
                return name
    return ""


def _read(project: Project, function: Function) -> SessionSource | None:
    if function.owner is not None or function.scope.parent is not function.module.scope:
        return None
    name = _session_kind(project, function) or _used_kind(project, function)
    if not name or function.module.is_test or _makes_app(project, function.module):
        return None
    is_async = name in ASYNCHRONOUS
    storage: Literal["sqlalchemy", "sqlmodel"] = "sqlmodel" if _uses_sqlmodel(project, name) else "sqlalchemy"
    base = None if storage == "sqlmodel" else _find_base(project)
    if storage == "sqlalchemy" and base is None:
        return None
    return SessionSource(
        Place(function.module.name, function.name),
        base,
        storage,
        KINDS[name],
        is_async,
        commits=_commits(function),
        path=function.module.path,
        alias=_find_alias(function),
    )


def _find_alias(function: Function) -> str:
    """The name that the module of a dependency gives to a parameter which it fills."""
    for node in function.module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as value):
                found = [ast.unparse(inner) for inner in ast.walk(value) if isinstance(inner, ast.Call)]
                if ast.unparse(value.value).endswith("Annotated") and found == [f"Depends({function.name})"]:
                    return name
            case _:
                pass
    return ""


def _used_kind(project: Project, function: Function) -> str:
    for route in project.routes:
        for parameter in route.parameters:
            if parameter.dependency is not None and parameter.dependency.function is function:
                return (
                    parameter.type.name if parameter.type is not None and parameter.type.name in KINDS else ""
                )
    return ""


def _makes_app(project: Project, module: Module) -> bool:
    """Whether importing from the module would go round in a circle: it makes the application."""
    return makes_app(project, module) or any(inclusion.module is module for inclusion in project.inclusions)


def _uses_sqlmodel(project: Project, name: str) -> bool:
    if KINDS[name] == "sqlmodel":
        return True
    return any(model.kind == "table" for model in project.models) and _find_base(project) is None


def _find_base(project: Project) -> Place | None:
    """The declarative base that most tables derive from."""
    bases: Counter[Place] = Counter()
    for model in project.models:
        if model.kind != "sqlalchemy" or model.cls.module.is_test:
            continue
        if _derives_from_declarative(project, model.cls.module, model.cls.node):
            bases[Place(model.cls.module.name, model.cls.name)] += 1
    for module in project.modules:
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                called = resolve_name(project, module, node.value.func)
                target = node.targets[0]
                if called.endswith(".declarative_base") and isinstance(target, ast.Name):
                    bases[Place(module.name, target.id)] += 1
    if not bases:
        return None
    return max(bases, key=lambda place: (bases[place], -place.module.count("."), place.module, place.name))


def _derives_from_declarative(project: Project, module: Module, node: ast.ClassDef) -> bool:
    return any(
        resolve_name(project, module, base).startswith("sqlalchemy.")
        and resolve_name(project, module, base).rpartition(".")[2]
        in {"DeclarativeBase", "DeclarativeBaseNoMeta"}
        for base in node.bases
    )


def _commits(function: Function) -> bool:
    """Whether the dependency commits by itself, at its end or by opening a transaction."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"commit", "begin"} for node in function.scope.nodes
    )
