"""Nobody says what unexpected errors, or invalid requests, look like."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Middleware
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

RULE = Rule(id="ERR306", name="default-error-bodies", severity="question", umbrella=("API008",))

_UNEXPECTED = frozenset({"builtins.Exception", "builtins.BaseException", "Exception", "500"})
_INVALID = frozenset({"fastapi.exceptions.RequestValidationError", "RequestValidationError", "422"})


def check(project: Project, _: View) -> Iterator[Ask]:
    """Asks once for each application that serves something and leaves an error body to the framework."""
    serving = {route.app for route in project.routes if route.operation.kind == "http"}
    read = sorted(one.path for one in project.modules if one.in_scope and not one.is_test)
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
        near = sorted(
            f"{one.module.path}:{getattr(one.node, 'lineno', 1)} handles {one.exception}"
            for one in app.exception_handlers
        )
        yield Ask(
            asks=f"`{app.id}` has no handler for {' and '.join(missing)}:"
            " are FastAPI's own bodies what clients expect?",
            looked_for="handlers for Exception, 500 and RequestValidationError, middleware that catches",
            looked_in=tuple(read[:20]),
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
