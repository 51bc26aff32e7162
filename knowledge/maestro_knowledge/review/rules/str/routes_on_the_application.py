"""All routes on the application itself."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.mid._searching import related_modules
from maestro_knowledge.review.view import View

RULE = Rule(id="STR401", name="routes-on-the-application", severity="info")

_MOST = 10


def check(app: App, view: View) -> Iterator[Report]:
    """Reports an application with more routes of its own in one file than can be read at once."""
    if app.is_assumed or view.once("str.has_routers", lambda: _has_routers(view)):
        return
    files: dict[str, int] = {}
    for operation in view.project.operations:
        if operation.router is app.router and operation.kind in {"http", "websocket"}:
            files[operation.module.path] = files.get(operation.module.path, 0) + 1
    largest = max(files, key=lambda path: (files[path], path), default="")
    if largest and files[largest] > _MOST:
        yield Report(
            app.module,
            app.node,
            f"`{_name(app)}` has {files[largest]} routes in one file, and the project has no `APIRouter`.",
            subject=app.id,
        )


def _has_routers(view: View) -> bool:
    related = related_modules(view)
    return any(not router.is_app for router in view.project.routers if router.module in related)


def _name(app: App) -> str:
    node = getattr(app.node, "parent", None)
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else app.id
