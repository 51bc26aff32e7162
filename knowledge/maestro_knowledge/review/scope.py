"""The one endpoint that a review may be narrowed to, and what belongs to it."""

from difflib import get_close_matches

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.app_map import shown_methods, shown_path
from maestro_knowledge.project.application import Dependency, Parameter, Route
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.facts import is_judged
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.model import Endpoint, Question
from maestro_knowledge.review.view import View

_SLASHES = Pattern(r"/+$")


@dataclass(frozen=True, slots=True)
class Scope:
    """The routes that are meant and the functions that serve them; `everything` if nothing was asked."""

    routes: tuple[Route, ...]
    functions: frozenset[Function]
    everything: bool

    def holds(self, found: Found) -> bool:
        """Whether the finding is about one of the endpoints."""
        if self.everything or found.function in self.functions:
            return True
        node = found.report.node
        return any(
            function.module is found.report.module and _covers(function, getattr(node, "lineno", 0))
            for function in self.functions
        )

    def holds_question(self, question: Question) -> bool:
        """Whether the question is about a line of one of the endpoints."""
        return self.everything or any(
            function.module.path == question.path and _covers(function, question.line or 0)
            for function in self.functions
        )

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The routes in matching order, one entry a method."""
        return tuple(
            Endpoint(
                method,
                shown_path(route),
                route.operation.handler,
                route.operation.module.path,
                route.operation.function.node.lineno
                if route.operation.function
                else route.operation.node.lineno,
                bool(route.operation.function and route.operation.function.is_async),
            )
            for route in self.routes
            for method in shown_methods(route)
        )


def make_scope(view: View, endpoint: str) -> Scope:
    """The scope that `GET /items/{id}` or a function's name stands for; empty stands for everything."""
    judged = tuple(route for route in view.project.routes if is_judged(route.operation.module, tests=False))
    wanted = endpoint.strip()
    if not wanted:
        return Scope(judged, frozenset(), everything=True)
    routes = tuple(route for route in judged if _is_meant(route, wanted))
    if not routes:
        known = {name for route in judged for name in _names(route)}
        close = get_close_matches(wanted[:200], sorted(known), n=3, cutoff=0.3)
        raise NotFound(
            f"There is no endpoint {quote(wanted)}.",
            f"{len(judged)} routes were read; name one as `GET /items/{{id}}` or by its function.",
            close,
        )
    return Scope(routes, frozenset(_served_by(view, routes)), everything=False)


def _is_meant(route: Route, wanted: str) -> bool:
    method, _, path = wanted.partition(" ")
    if path.strip():
        return method.upper() in shown_methods(route) and _plain(route.path) == _plain(path.strip())
    if wanted.startswith("/"):
        return _plain(route.path) == _plain(wanted)
    return wanted in {route.operation.handler, route.operation.handler.rpartition(".")[2]}


def _plain(path: str | None) -> str:
    return _SLASHES.sub("", path or "")


def _names(route: Route) -> list[str]:
    return [*(f"{method} {shown_path(route)}" for method in shown_methods(route)), route.operation.handler]


def _served_by(view: View, routes: tuple[Route, ...]) -> set[Function]:
    """The handlers, what they depend on, and everything of the project that these call."""
    waiting = [route.operation.function for route in routes]
    for route in routes:
        waiting += _functions_of(list(route.dependencies), route.parameters)
    seen: set[Function] = set()
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        waiting += view.callees(function)
    return seen


def _functions_of(dependencies: list[Dependency], parameters: tuple[Parameter, ...]) -> list[Function | None]:
    waiting = [*dependencies, *(p.dependency for p in parameters if p.dependency)]
    functions: list[Function | None] = []
    while waiting:
        dependency = waiting.pop()
        functions.append(dependency.function)
        waiting += [p.dependency for p in dependency.parameters if p.dependency]
    return functions


def _covers(function: Function, line: int) -> bool:
    first = min([function.node.lineno, *(decorator.lineno for decorator in function.node.decorator_list)])
    return first <= line <= (function.node.end_lineno or first)
