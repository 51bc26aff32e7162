"""A background task raises an `HTTPException`, which no client can get any more."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import BackgroundTask
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.err._catching import guard_of_any, raised_http
from maestro_knowledge.review.view import View

RULE = Rule(
    id="BGT906", name="http-exception-in-task", severity="warning", umbrella=("API003",), preview=True
)


def check(task: BackgroundTask, view: View) -> Iterator[Report]:
    """Reports each raise in the function that runs as the task, where only tasks run it."""
    function = task.target.function if task.target else None
    if function is None or view.is_handler(function) or view.is_dependency(function):
        return
    for node in _raises(view, function):
        name = raised_http(view, function.module, node)
        yield Report(
            function.module,
            node,
            f"The background task `{function.name}` raises `{name}`, but the response is sent already.",
            subject=name,
            hops=(Hop(task.module, task.node, "runs after the response"),),
        )


def _raises(view: View, function: Function) -> Iterator[ast.Raise]:
    for node in function.scope.nodes:
        if not isinstance(node, ast.Raise) or not raised_http(view, function.module, node):
            continue
        if not guard_of_any(view, function, node):
            yield node
