"""The operations of a project that say nothing of what they do."""

import ast
import re

from maestro_knowledge.project.application import App, Route
from maestro_knowledge.project.model import Project

_CONVERTER = re.compile(r":\w+\}")


def find_undescribed(project: Project, app: App) -> tuple[str, ...]:
    """The methods and paths, as the OpenAPI document spells them, that have no description there."""
    return tuple(
        sorted(
            f"{method} {_CONVERTER.sub('}', route.path)}"
            for route in project.routes
            if route.app is app and route.path is not None and route.in_schema and _is_silent(route)
            for method in route.methods
        )
    )


def _is_silent(route: Route) -> bool:
    operation = route.operation
    if operation.kind != "http" or "description" in operation.keywords:
        return False
    return operation.function is not None and not ast.get_docstring(operation.function.node)
