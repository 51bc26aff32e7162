"""What our model says and what FastAPI does, in one form."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from maestro_knowledge.project.application import App, Dependency, Parameter, Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.template import compile_template

_IN_REQUEST = {"path", "query", "header", "cookie"}


def ask_fastapi(folder: Path, modules: Iterable[str], python: str = sys.executable) -> dict[str, Any]:
    """What FastAPI serves for each application of the modules; a text for a module that cannot be imported."""
    answer = subprocess.run(
        [python, "-P", str(Path(__file__).with_name("real_routes.py")), str(folder)],
        input="\n".join(modules),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "ADMIN_EMAIL": "a@example.com", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return json.loads(answer.stdout)


def our_answer(project: Project, app: App) -> dict[str, Any]:
    """The same from the model."""
    routes = [
        _seen_from(project, route, app)
        for route in project.routes
        if route.app is app or _is_mounted_in(route, app)
    ]
    base = {"HTTPException", "RequestValidationError", "WebSocketRequestValidationError"}
    handlers = {handler.exception.rpartition(".")[2] for handler in app.exception_handlers}
    return {
        "routes": [_row(route) for route in routes],
        "middleware": [
            "BaseHTTPMiddleware" if item.kind == "function" else item.name.rpartition(".")[2]
            for item in app.middleware
        ],
        "exception_handlers": sorted(handlers - base),
        "operations": sorted(
            {
                f"{m} {_as_in_schema(route)}"
                for route in routes
                if route.app is app and route.in_schema
                for m in route.methods
            }
        ),
    }


def _seen_from(project: Project, route: Route, app: App) -> Route:
    """The route as the mounted application itself lists it, without the path that it is mounted at."""
    mounts = [
        inclusion for inclusion in route.inclusions if inclusion.child == app.router.id and route.app is app
    ]
    for mount in project.routes:
        if mounts and mount.operation.node is mounts[0].node and route.path and mount.path:
            path = route.path.removeprefix(mount.path)
            return replace(route, path=path, template=compile_template(path))
    return route


def _is_mounted_in(route: Route, app: App) -> bool:
    return (
        bool(route.inclusions)
        and route.inclusions[0].kind == "mount"
        and route.inclusions[0].parent == app.router.id
    )


def _as_in_schema(route: Route) -> str:
    assert route.template is not None
    return "".join(part if isinstance(part, str) else f"{{{part[0]}}}" for part in route.template.parts)


def _row(route: Route) -> dict[str, Any]:
    kind = route.operation.kind
    row: dict[str, Any] = {"kind": kind, "path": route.path}
    row["methods"] = sorted(route.methods) if kind == "http" else []
    if kind in {"mount", "starlette"}:
        return row
    row |= {
        "locations": {p.name: p.location for p in route.parameters},
        "dependencies": [[_name(d), _tree(d.parameters)] for d in route.dependencies]
        + _tree(route.parameters),
        "aliases": sorted(p.alias for p in route.parameters if p.location in _IN_REQUEST),
        "required": sorted(
            p.name
            for p in route.parameters
            if p.required and p.location in _IN_REQUEST | {"body", "form", "file"}
        ),
    }
    if kind == "http":
        row |= {
            "tags": list(route.tags),
            "in_schema": route.in_schema,
            "deprecated": route.is_deprecated,
            "status_code": route.operation.status_code,
        }
    return row


def _tree(parameters: tuple[Parameter, ...]) -> list[Any]:
    return [
        [_name(p.dependency), _tree(p.dependency.parameters)] for p in parameters if p.dependency is not None
    ]


def _name(dependency: Dependency) -> str:
    if dependency.scheme is not None and dependency.cls is None:
        return dependency.scheme.name
    made = dependency.node.args[0] if getattr(dependency.node, "args", None) else None
    if getattr(getattr(made, "func", None), "id", "") == "partial":
        return "partial"
    return dependency.name.rpartition(".")[2]


def compare(project: Project, real: dict[str, Any]) -> tuple[int, list[str]]:
    """How many applications were compared, and every difference as a line."""
    apps = {(app.module.path, app.id.rpartition(":")[2]): app for app in project.apps}
    count, differences = 0, []
    for path, served in real.items():
        for name, expected in served.items() if isinstance(served, dict) else ():
            app = apps.get((path, name))
            if app is None:
                continue  # imported from the module that makes it
            count += 1
            actual = our_answer(project, app)
            differences += [f"{path}:{name}: {line}" for line in _differences(expected, actual)]
    return count, differences


def _differences(expected: dict[str, Any], actual: dict[str, Any]) -> list[str]:
    def table(answer: dict[str, Any]) -> list[str]:
        return [f"{row['kind']} {row['methods']} {row['path']}" for row in answer["routes"]]

    if table(expected) != table(actual):
        return [f"routes {table(expected)} but we say {table(actual)}"]
    found = [
        f"{theirs['path']}: {key} is {theirs[key]} but we say {ours[key]}"
        for theirs, ours in zip(expected["routes"], actual["routes"], strict=True)
        for key in theirs
        if theirs[key] != ours[key]
    ]
    return found + [
        f"{key} are {expected[key]} but we say {actual[key]}"
        for key in ("middleware", "exception_handlers", "operations")
        if expected[key] != actual[key]
    ]
