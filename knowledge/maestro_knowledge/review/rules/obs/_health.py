"""Routes that say how an application is."""

import ast
from collections.abc import Iterable, Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.app_map import all_dependencies
from maestro_knowledge.project.application import Route
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.rules.mid._searching import related_modules
from maestro_knowledge.review.view import View

_LIVE = Pattern(
    r"^_*(health|healthz|health_?check|healthy|live|livez|liveness|alive|ping|pong|heartbeat|status|up|lbheartbeat)_*$"
)
_READY = Pattern(r"^_*(ready|readyz|readiness|is_?ready|startupz?)_*$")
_HANDLER = Pattern(r"health|liveness|heartbeat|\bping\b|alive")
_READY_HANDLER = Pattern(r"readiness|readyz|is_ready|\bready\b|health_ready|ready_check")
_ASKING = frozenset(
    {"execute", "scalar", "ping", "connect", "exec", "fetchval", "fetch", "admin_command", "server_info"}
)
PACKAGES = frozenset(
    {"fastapi_health", "fastapi_healthchecks", "fastapi_healthcheck", "healthcheck", "py_healthcheck"}
)


def live_routes(view: View) -> list[Route]:
    """The routes that say that the application is up, by path or by the name of what serves them."""
    return view.once("obs.live", lambda: _called(view, _LIVE, _HANDLER))


def ready_routes(view: View) -> list[Route]:
    """The routes that say that it can serve: called so, or of any health route, that ask what it needs."""
    named = view.once("obs.ready", lambda: _called(view, _READY, _READY_HANDLER))
    return named or [route for route in live_routes(view) if _asks_what_it_needs(view, route)]


def mounted_paths(view: View) -> Iterable[str]:
    """The paths of everything mounted, which may have routes of its own that were not read."""
    related = related_modules(view)
    mounts = (one for one in view.project.inclusions if one.kind == "mount" and one.module in related)
    return [one.prefix or "" for one in mounts]


def _called(view: View, in_path: Pattern, in_name: Pattern) -> list[Route]:
    related = related_modules(view)
    routes = (route for route in view.project.routes if route.operation.module in related)
    return [route for route in routes if _is_called(route, in_path, in_name)]


def is_live_path(path: str) -> bool:
    """Whether a part of the path is called as health routes are."""
    return any(_LIVE.match(part) or _READY.match(part) for part in _parts(path))


def _parts(path: str) -> Iterator[str]:
    for part in path.strip("/").split("/"):
        yield part.lower().replace("-", "_")


def _is_called(route: Route, in_path: Pattern, in_name: Pattern) -> bool:
    if "GET" not in route.methods and "HEAD" not in route.methods:
        return False
    path = route.path if route.path is not None else route.operation.path
    if path is not None and "{" in path:
        return False  # the state of one thing: `/orders/{id}/status`
    if path is not None and any(in_path.match(part) for part in _parts(path)):
        return True
    name = route.operation.handler.rpartition(".")[2].lower()
    return bool(in_name.search(name.replace("_", " ")) or in_name.search(name))


def _asks_what_it_needs(view: View, route: Route) -> bool:
    if any(True for _ in all_dependencies(route)):
        return True
    function = route.operation.function
    return function is not None and (
        _calls_outside(function) or any(_calls_outside(one) for one in view.callees(function))
    )


def _calls_outside(function: Function) -> bool:
    """Whether it waits for something, or asks a database."""
    return any(
        isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor)
        or (isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _ASKING)
        for node in function.scope.nodes
    )
