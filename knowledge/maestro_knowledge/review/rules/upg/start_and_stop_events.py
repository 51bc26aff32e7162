"""`on_event` and `add_event_handler`, which a lifespan replaces."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG601", name="start-and-stop-events", severity="warning", fix="suggest")

_ON_EVENT = frozenset({"fastapi.FastAPI.on_event", "fastapi.APIRouter.on_event"})
_ADDED = frozenset({"fastapi.FastAPI.add_event_handler", "fastapi.APIRouter.add_event_handler"})
_EVENTS = _ON_EVENT | _ADDED
_METHODS = ("on_event", "add_event_handler")
NEEDS = Needs(calls=_EVENTS)


def check(what: App | Module, view: View) -> Iterator[Report]:
    """Reports each start-up or shutdown handler of an application without lifespan, and of loose routers."""
    if isinstance(what, App):
        yield from _of_app(view, what)
        return
    seen = view.once("upg.start_and_stop_events", lambda: _events_of_apps(view))
    for node, name in view.calls_to(what, _EVENTS):
        subject = _decorated(view, node) or node
        if subject not in seen and node not in seen:
            yield _report(view, what, subject, "", name.rpartition(".")[2], is_app="FastAPI." in name)


def _of_app(view: View, app: App) -> Iterator[Report]:
    if any(event.kind == "lifespan" for event in app.lifespans):
        return  # they never run, which is another rule's
    for event in app.lifespans:
        method = _method(event.node)
        # `on_startup=[…]` names its functions too and is no decorator.
        if method and event.module.in_scope:
            name = event.function.name if event.function else ""
            is_app = _is_app(view, event.module, event.node)
            yield _report(view, event.module, event.node, name, method, is_app=is_app)


def _report(view: View, module: Module, node: ast.AST, name: str, method: str, *, is_app: bool) -> Report:
    if not name:
        name = getattr(node, "name", "") or "a handler"
    gone = method == "add_event_handler" and is_app and _is_gone(view)
    said = (
        f"`{name}` is registered with `add_event_handler`, which `FastAPI` has no longer."
        if gone
        else f"`{name}` is registered with `{method}`, which is deprecated for a lifespan."
    )
    return Report(module, node, said, subject=name, severity="error" if gone else None)


def _is_gone(view: View) -> bool:
    """Starlette 1.0, which FastAPI takes from 0.133 on, has no such method, and FastAPI made none."""
    versions = view.project.versions
    return (
        at_least(versions, "fastapi", "0.133.0") is not False
        and at_least(versions, "starlette", "1.0.0") is not False
    )


def _events_of_apps(view: View) -> frozenset[ast.AST]:
    return frozenset(event.node for app in view.project.apps for event in app.lifespans)


def _decorated(view: View, node: ast.Call) -> ast.AST | None:
    """The function that the call decorates."""
    around = view.parent(node)
    if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and node in around.decorator_list:
        return around
    return None


def _method(node: ast.AST) -> str:
    calls = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else [node]
    for call in calls:
        if isinstance(call, ast.Call):
            inner = call.func.func if isinstance(call.func, ast.Call) else call.func
            if isinstance(inner, ast.Attribute) and inner.attr in _METHODS:
                return inner.attr
    return ""


def _is_app(view: View, module: Module, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and view.name(module, node.func) == "fastapi.FastAPI.add_event_handler"
