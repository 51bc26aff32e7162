"""`add_task(f())` runs the work now and schedules its result."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import BackgroundTask
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.bgt._tasks import given_to, gives_callable
from maestro_knowledge.review.view import View

RULE = Rule(id="BGT902", name="called-in-add-task", severity="error", umbrella=("API003",), fix="safe")


def check(task: BackgroundTask, view: View) -> Iterator[Report]:
    """Reports a call in place of the callable, where what it gives cannot be called."""
    given = given_to(task.node)
    if not isinstance(given, ast.Call):
        return
    target = view.target(task.module, given.func)
    if target is None or target.function is None or gives_callable(view, target.function):
        return
    name = ast.unparse(given.func)
    yield Report(
        task.module,
        given,
        f"`{name}` is called before the response is sent, and its result is scheduled instead of it.",
        subject=name,
        hops=(Hop(target.function.module, target.function.node, "gives no callable"),),
        edits=_edits(view, task, given),
    )


def _edits(view: View, task: BackgroundTask, given: ast.Call) -> tuple[Edit, ...]:
    """`f(x)` becomes `f, x`: the arguments follow the callable, whatever follows already comes after."""
    if len(task.node.args) != 1 or task.node.keywords:
        return ()
    inner = [view.source(task.module, one) for one in [given.func, *given.args, *given.keywords]]
    return (view.replace(task.module, given, ", ".join(inner)),)
