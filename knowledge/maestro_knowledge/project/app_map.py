"""The map of an application: routes, dependencies, imports, models, and a diagram of them."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from maestro_knowledge.project.application import Dependency, Parameter, Route
from maestro_knowledge.project.dependencies import imported_packages
from maestro_knowledge.project.diagram import draw
from maestro_knowledge.project.model import Field, ModelClass, Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal, source_of

View = Literal["routes", "dependencies", "imports", "models", "diagram"]
VIEWS: tuple[View, ...] = ("routes", "dependencies", "imports", "models", "diagram")


def map_app(project: Project, view: View = "routes") -> dict[str, Any]:
    """What one view shows; applications, versions and problems belong to every view."""
    answer: dict[str, Any] = {
        "apps": [_app(project, number) for number in range(len(project.apps))],
        "routes": [],
        "dependencies": [],
        "middleware": [],
        "exception_handlers": [],
        "lifespan": [],
        "settings": [],
        "models": [],
        "versions": {name: _version(project, name) for name in project.versions},
        "imports": [],
        "diagram": "",
        "problems": _problems(project),
    }
    if view == "routes":
        answer["routes"] = [row for route in routes_in_scope(project) for row in route_rows(route)]
        answer.update(_equipment(project))
    elif view == "dependencies":
        answer["dependencies"] = _dependencies(project)
    elif view == "imports":
        answer["imports"] = [_imported(entry) for entry in imported_packages(project)]
    elif view == "models":
        models = [model for model in project.models if model.cls.module.in_scope]
        answer["models"] = [_model(model) for model in models if model.kind != "settings"]
        answer["settings"] = [_settings(model) for model in models if model.kind == "settings"]
    else:
        answer["diagram"] = draw(routes_in_scope(project))
    return answer


def routes_in_scope(project: Project) -> list[Route]:
    """The routes whose handlers, or whose registration, lie in the modules that were asked about."""
    return [
        route
        for route in project.routes
        if route.operation.module.in_scope
        or (route.operation.function is not None and route.operation.function.module.in_scope)
    ]


def shown_path(route: Route) -> str:
    """A route's path; "…" stands for a part that is not known."""
    if route.path is not None:
        return route.path
    return f"…{route.operation.path or ''}"


def shown_methods(route: Route) -> tuple[str, ...]:
    """A route's methods; WEBSOCKET and MOUNT for what has none, "?" where they are not known."""
    if route.operation.kind == "websocket":
        return ("WEBSOCKET",)
    return ("MOUNT",) if route.operation.kind == "mount" else route.methods or ("?",)


def all_dependencies(route: Route) -> Iterator[Dependency]:
    """Every dependency of a route, those of its dependencies included, outermost first."""
    for dependency in route.dependencies:
        yield from _with_inner(dependency)
    yield from _of_parameters(route.parameters)


def _with_inner(dependency: Dependency) -> Iterator[Dependency]:
    yield dependency
    yield from _of_parameters(dependency.parameters)


def _of_parameters(parameters: Sequence[Parameter]) -> Iterator[Dependency]:
    for parameter in parameters:
        if parameter.dependency is not None:
            yield from _with_inner(parameter.dependency)


def route_rows(route: Route) -> list[dict[str, Any]]:
    """A route as the map lists it, one row for each method."""
    operation = route.operation
    file, line = place_of(operation.function, operation.module, operation.node)
    dependencies = list(all_dependencies(route))
    row = {
        "path": shown_path(route),
        "handler": operation.handler,
        "file": file,
        "line": line,
        "is_async": operation.function is not None and operation.function.is_async,
        "dependencies": list(dict.fromkeys(dependency.name for dependency in dependencies)),
        "security": list(
            dict.fromkeys(_security(dependency) for dependency in dependencies if _is_security(dependency))
        ),
        "response_model": operation.response_model,
        "status_code": operation.status_code,
        "tags": list(dict.fromkeys(route.tags)),
        "deprecated": route.is_deprecated,
        "app": route.app.id if route.app is not None else None,
    }
    return [{"method": method, **row} for method in shown_methods(route)]


def place_of(function: Function | None, module: Module, node: Any) -> tuple[str, int]:
    """Where something stands: its function, else where it is written."""
    if function is not None:
        return function.module.path, function.node.lineno
    return module.path, getattr(node, "lineno", 0)


def _is_security(dependency: Dependency) -> bool:
    return dependency.scheme is not None or dependency.is_security


def _security(dependency: Dependency) -> str:
    name = dependency.scheme.name if dependency.scheme is not None else dependency.name
    return f"{name} [{', '.join(dependency.scopes)}]" if dependency.scopes else name


def _app(project: Project, number: int) -> dict[str, Any]:
    app = project.apps[number]
    title = literal(app.keywords.get("title"))
    mounted = [inclusion.prefix for inclusion in project.inclusions if inclusion.child == app.router.id]
    return {
        "id": app.id,
        "file": app.module.path,
        "line": getattr(app.node, "lineno", 0),
        "title": title if isinstance(title, str) else None,
        "factory": app.factory.qualname if app.factory is not None else None,
        "mounted_at": mounted[0] if mounted else None,
        "routes": sum(route.app is app for route in project.routes),
    }


def _version(project: Project, name: str) -> dict[str, Any]:
    version = project.versions[name]
    return {
        "version": version.version,
        "specifier": version.specifier,
        "source": version.source,
        "where": version.where,
    }


def _equipment(project: Project) -> dict[str, Any]:
    return {
        "middleware": [
            {"app": app.id, "name": item.name, "kind": item.kind, **_at(item.module, item.node),
             "conditional": item.is_conditional}
            for app in project.apps for item in app.middleware
        ],
        "exception_handlers": [
            {"app": app.id, "exception": item.exception, "handler": _name(item.function),
             **_at(item.module, item.node)}
            for app in project.apps for item in app.exception_handlers
        ],
        "lifespan": [
            {"app": app.id, "kind": item.kind, "handler": _name(item.function), **_at(item.module, item.node)}
            for app in project.apps for item in app.lifespans
        ],
    }  # fmt: skip


def _name(function: Function | None) -> str | None:
    return function.qualname if function is not None else None


def _at(module: Module, node: Any) -> dict[str, Any]:
    return {"file": module.path, "line": getattr(node, "lineno", 0)}


def _dependencies(project: Project) -> list[dict[str, Any]]:
    """Each dependency once, with what it needs and which routes need it."""
    rows: dict[str, dict[str, Any]] = {}
    for route in routes_in_scope(project):
        label = f"{'/'.join(shown_methods(route))} {shown_path(route)}"
        for dependency in all_dependencies(route):
            row = rows.setdefault(dependency.name, _dependency(dependency))
            if label not in row["used_by"]:
                row["used_by"].append(label)
    return [rows[name] for name in sorted(rows)]


def _dependency(dependency: Dependency) -> dict[str, Any]:
    function = dependency.function
    file, line = place_of(function, dependency.module, dependency.node)
    return {
        "name": dependency.name,
        "kind": dependency.kind,
        "level": dependency.level,
        "file": file,
        "line": line,
        "is_async": function is not None and function.is_async,
        "yields": function is not None and function.is_generator,
        "security": _security(dependency) if _is_security(dependency) else None,
        "parameters": [
            {"name": p.name, "in": p.location, "required": p.required}
            for p in dependency.parameters if p.dependency is None
        ],
        "needs": [p.dependency.name for p in dependency.parameters if p.dependency is not None],
        "used_by": [],
    }  # fmt: skip


def _imported(entry: Any) -> dict[str, Any]:
    return {
        "module": entry.name,
        "kind": entry.kind,
        "files": list(entry.files),
        "blocks": bool(entry.why),
        "why": entry.why,
        "async_alternative": entry.instead,
        "used_in_async": list(entry.used_in_async),
    }


def _model(model: ModelClass) -> dict[str, Any]:
    return {
        "name": model.cls.id,
        "kind": model.kind,
        **_at(model.cls.module, model.cls.node),
        "fields": [_field(field, model.cls.module) for field in model.fields],
        "validators": [validator.function.name for validator in model.validators],
    }


def _field(field: Field, module: Module) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": source_of(module, field.annotation, 80) if field.annotation is not None else None,
        "required": field.required,
    }


def _settings(model: ModelClass) -> dict[str, Any]:
    prefix, file = literal(model.config.get("env_prefix")), literal(model.config.get("env_file"))
    return {
        **_model(model),
        "env_prefix": prefix if isinstance(prefix, str) else "",
        "env_file": file if isinstance(file, str) else None,
    }


def _problems(project: Project) -> list[dict[str, Any]]:
    found = [{"path": item.path, "line": item.line, "message": item.message} for item in project.problems]
    return found + [
        {"path": item.path, "line": None, "message": f"not read: {item.why}"} for item in project.skipped
    ]
