"""`asyncio.run` and its kin inside a function that already runs on the event loop."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY112", name="event-loop-in-event-loop", severity="error")

_RUNNERS = frozenset(
    {
        "asyncio.run",
        "asyncio.runners.run",
        "asyncio.AbstractEventLoop.run_until_complete",
        "asyncio.AbstractEventLoop.run_forever",
        "asyncio.Runner.run",
        "anyio.run",
        "trio.run",
        "uvloop.run",
    }
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each call that starts a loop from within one."""
    for node, name in view.calls_to(module, _RUNNERS):
        function = view.around(module, node)
        if function is None or not function.is_async or _is_in_lambda(view, node):
            continue
        short = ast.unparse(node.func)
        yield Report(
            module,
            node,
            f"`{short}` starts an event loop inside `{function.name}`, which runs on one already.",
            subject=name,
        )


def _is_in_lambda(view: View, node: ast.AST) -> bool:
    """Whether it runs when somebody calls a lambda, perhaps in a thread."""
    around = view.parent(node)
    while around is not None and not isinstance(around, ast.stmt):
        if isinstance(around, ast.Lambda):
            return True
        around = view.parent(around)
    return False
