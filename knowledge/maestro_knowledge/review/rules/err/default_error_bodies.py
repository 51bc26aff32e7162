"""Nobody says what unexpected errors, or invalid requests, look like."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from maestro_knowledge.project.application import App, Middleware
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

RULE = Rule(id="ERR306", name="default-error-bodies", severity="question", umbrella=("API008",))

_UNEXPECTED = frozenset({"builtins.Exception", "builtins.BaseException", "Exception", "500"})
_MOST_SHOWN = 20
_INVALID = frozenset({"fastapi.exceptions.RequestValidationError", "RequestValidationError", "422"})


def check(project: Project, _: View) -> Iterator[Ask]:
    """Asks once for each application that serves something and leaves an error body to the framework."""
    serving: defaultdict[App | None, set[str]] = defaultdict(set)
    for route in project.routes:
        if route.operation.kind == "http":
            serving[route.app].add(route.operation.module.path)
    for app in project.apps:
        if app.is_assumed or not app.module.in_scope or app.module.is_test:
            continue
        if app not in serving:
            continue
        names = {one.exception for one in app.exception_handlers}
        missing = []
        if not names & _UNEXPECTED and not _is_caught_by_middleware(app.middleware):
            missing.append("unexpected errors (`Exception`)")
        if not names & _INVALID:
            missing.append("invalid requests (`RequestValidationError`)")
        if not missing:
            continue
        equipment = {one.module.path for one in app.exception_handlers}
        equipment |= {one.module.path for one in app.middleware}
        beside = sorted((serving[app] | equipment) - {app.module.path})
        near = sorted(
            f"{one.module.path}:{getattr(one.node, 'lineno', 1)} handles {one.exception}"
            for one in app.exception_handlers
        )
        yield Ask(
            asks=f"`{app.id}` has no handler for {' and '.join(missing)}:"
            " are FastAPI's own bodies what clients expect?",
            looked_for="handlers for Exception, 500 and RequestValidationError, middleware that catches",
            looked_in=(app.module.path, *beside[: _MOST_SHOWN - 1]),
            seen_near=tuple(near[:5]),
            module=app.module,
            node=app.node,
        )


def _is_caught_by_middleware(middleware: tuple[Middleware, ...]) -> bool:
    """Whether a middleware of the project's own has an `except` in it."""
    return any(
        isinstance(node, ast.ExceptHandler)
        for one in middleware
        if one.function is not None
        for node in one.function.scope.nodes
    )
