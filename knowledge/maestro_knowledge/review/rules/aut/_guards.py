"""Which dependencies keep strangers out, and which routes belong together."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Dependency, Middleware, Parameter, Route
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.view import View

_NAMES = Pattern(
    r"current_?\w*(?:user|account|member|admin|customer|employee|staff)|auth|require|permission|verif|guard|api_?key"
    r"|login|logged_?in|token|role|scope|principal|identity|session_?user|active_?user|get_user$|admin",
    re.IGNORECASE,
)
_REFUSALS = frozenset({401, 403})
_REFUSING = frozenset({"HTTP_401_UNAUTHORIZED", "HTTP_403_FORBIDDEN", "UNAUTHORIZED", "FORBIDDEN"})
_HARMLESS = frozenset(
    {"CORSMiddleware", "GZipMiddleware", "HTTPSRedirectMiddleware", "TrustedHostMiddleware"}
    | {"BrotliMiddleware", "CorrelationIdMiddleware", "ProxyHeadersMiddleware", "SentryAsgiMiddleware"}
    | {"PrometheusMiddleware", "SlowAPIMiddleware", "OpenTelemetryMiddleware", "RawContextMiddleware"}
    | {"SessionMiddleware"}
)
_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "headers"})
_READS = frozenset({"headers", "cookies", "session", "auth", "user"})


def below(dependency: Dependency) -> Iterator[Dependency]:
    """The dependency and everything that it depends on."""
    yield dependency
    for parameter in dependency.parameters:
        if parameter.dependency is not None:
            yield from below(parameter.dependency)


def of_parameters(parameters: tuple[Parameter, ...]) -> list[Dependency]:
    """The dependencies that are written as parameters."""
    return [one.dependency for one in parameters if one.dependency is not None]


def of_route(route: Route) -> list[Dependency]:
    """Every dependency of a route, of every level, without what lies below them."""
    return [*route.dependencies, *of_parameters(route.parameters)]


def is_guard(dependency: Dependency) -> bool:
    """Whether the dependency, or one below it, is about who the client is."""
    return any(_is_guard(one) for one in below(dependency))


def may_guard(dependency: Dependency) -> bool:
    """The same, where what is not known counts as a guard."""
    return any(_is_guard(one) or one.kind == "unknown" for one in below(dependency)) or (
        not dependency.is_complete
    )


def _is_guard(dependency: Dependency) -> bool:
    if dependency.scheme is not None or dependency.is_security:
        return True
    if _NAMES.search(dependency.name.rpartition(".")[2]):
        return True
    return dependency.function is not None and refuses(dependency.function)


def refuses(function: Function) -> bool:
    """Whether the function answers some clients with 401 or 403."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in _REFUSALS:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _REFUSING:
            return True
    return False


def looks_at_request(view: View, function: Function) -> bool:
    """Whether the function reads what may identify the client from the request by itself."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _READS
        and view.is_a(view.type(function.module, node.value), "fastapi.Request", "fastapi.WebSocket")
        for node in function.scope.nodes
    )


def is_watched(view: View, route: Route) -> bool:
    """Whether a middleware that may know who the client is stands before the route."""
    return route.app is None or any(_may_know(view, one) for one in route.app.middleware)


def _may_know(view: View, middleware: Middleware) -> bool:
    if middleware.name.rpartition(".")[2] in _HARMLESS:
        return False
    function = middleware.function
    if function is None:
        return True
    own = [function, *view.callees(function)]
    named = any(
        isinstance(node, ast.Constant) and str(node.value).lower() in _HEADERS
        for one in own
        for node in one.scope.nodes
    )
    return named or any(refuses(one) or looks_at_request(view, one) for one in own)
