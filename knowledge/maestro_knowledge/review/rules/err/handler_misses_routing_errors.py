"""A handler of `fastapi.HTTPException` does not see the 404 and 405 of routing."""

from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ERR305", name="handler-misses-routing-errors", severity="info", umbrella=("API008",), preview=True
)
_OURS = frozenset({"fastapi.HTTPException", "fastapi.exceptions.HTTPException"})
_THEIRS = frozenset({"starlette.exceptions.HTTPException", "404"})


def check(app: App, _: View) -> Iterator[Report]:
    """Reports the handler of an application that has none for Starlette's exception."""
    names = {one.exception for one in app.exception_handlers}
    if names & _THEIRS:
        return
    for handler in app.exception_handlers:
        if handler.exception in _OURS and handler.module.in_scope:
            name = handler.function.name if handler.function else "handler"
            yield Report(
                handler.module,
                handler.node,
                f"`{name}` handles FastAPI's `HTTPException` only: unknown paths and methods pass it by.",
                subject=name,
            )
