"""Looks at routes against the request that failed."""

import ast
from collections.abc import Iterator

from maestro_knowledge.diagnosis.model import Exchange, RouteFact
from maestro_knowledge.diagnosis.routes import is_dynamic, matches
from maestro_knowledge.diagnosis.scene import Scene, Seen
from maestro_knowledge.diagnosis.syntax import calls, dotted, keyword, last_name, source, text_of

MAX_SEEN = 3


def shadowed_routes(scene: Scene) -> Iterator[Seen]:
    """Fixed paths that come after a template which takes them first."""
    asked = {exchange.path for exchange in scene.error.exchanges if exchange.path}
    for number, later in enumerate(scene.routes):
        if is_dynamic(later.path) or (asked and later.path not in asked):
            continue
        for earlier in scene.routes[:number]:
            if (
                earlier.method == later.method
                and is_dynamic(earlier.path)
                and matches(earlier.path, later.path)
            ):
                says = f"`{_name(earlier)}` comes before `{_name(later)}` and takes its requests"
                yield Seen(says, later.file, later.line)
                break


def paths_that_differ_by_slash(scene: Scene) -> Iterator[Seen]:
    """Routes that are the requested path but for the slash at the end."""
    for exchange, route in _pairs(scene):
        other = exchange.path.rstrip("/") if exchange.path.endswith("/") else f"{exchange.path}/"
        if not matches(route.path, exchange.path) and matches(route.path, other):
            yield _seen(f"the request went to `{exchange.path}`, the route is `{_name(route)}`", route)


def routes_ending_in_slash(scene: Scene) -> Iterator[Seen]:
    """Routes whose path ends in a slash."""
    for route in scene.routes:
        if route.path.endswith("/") and route.path != "/":
            yield _seen(f"`{_name(route)}` ends in a slash", route)


def other_methods(scene: Scene) -> Iterator[Seen]:
    """Routes that take the requested path, but by another method."""
    for exchange, route in _pairs(scene):
        if exchange.method != route.method and matches(route.path, exchange.path):
            yield _seen(f"`{exchange.path}` exists as `{_name(route)}`, not as {exchange.method}", route)


def other_prefixes(scene: Scene) -> Iterator[Seen]:
    """Routes that are the requested path with more or less in front of it."""
    for exchange, route in _pairs(scene):
        asked, known = exchange.path.rstrip("/"), route.path.rstrip("/")
        if matches(route.path, exchange.path) or min(len(asked), len(known)) < 2:
            continue
        segments = asked.split("/")
        shorter = any(matches(known, "/" + "/".join(segments[n:])) for n in range(2, min(len(segments), 8)))
        templates = known.split("/")
        longer = any(matches("/" + "/".join(templates[n:]), asked) for n in range(2, min(len(templates), 8)))
        if shorter or longer:
            yield _seen(f"the request went to `{exchange.path}`, the route is `{_name(route)}`", route)


def routers_left_out(scene: Scene) -> Iterator[Seen]:
    """Routers of the file that nothing includes there, beside an application that could."""
    for module in scene.modules:
        included = {last_name(part) for call in calls(module.tree, "include_router") for part in call.args}
        has_app = any(True for _ in calls(module.tree, "FastAPI"))
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign) and last_name(node.value) == "APIRouter":
                name = dotted(node.targets[0])
                if has_app and name not in included:
                    yield Seen(f"`{name}` is never included", module.file, node.lineno)


def prefixes_given_twice(scene: Scene) -> Iterator[Seen]:
    """Routers that get a prefix of their own and the same again where they are included."""
    for module in scene.modules:
        own = {
            last_name(node.targets[0]): text_of(keyword(node.value, "prefix"))
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if last_name(node.value.func) == "APIRouter"
        }
        for call in calls(module.tree, "include_router"):
            prefix = text_of(keyword(call, "prefix"))
            if prefix and call.args and own.get(last_name(call.args[0])) == prefix:
                yield Seen(f"`{source(call)}` repeats the router's own prefix", module.file, call.lineno)


def _pairs(scene: Scene) -> Iterator[tuple[Exchange, RouteFact]]:
    """Every failed request with every route."""
    for exchange in scene.error.exchanges[:20]:
        if exchange.path and exchange.status in (307, 308, 404, 405, 403):
            for route in scene.routes:
                yield exchange, route


def _name(route: RouteFact) -> str:
    return f"{route.method} {route.path}"


def _seen(says: str, route: RouteFact) -> Seen:
    return Seen(says, route.file, route.line)
