"""A parameter of a path operation has no type."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._parameters import Taken, taken_in
from maestro_knowledge.review.view import View

RULE = Rule(id="VAL306", name="unannotated-parameter", severity="warning", umbrella=("API004",))

_NOT_MEANT = frozenset({"request", "response", "call_next", "self", "cls", "websocket", "background_tasks"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each parameter that FastAPI takes from the URL as plain text because nothing says otherwise."""
    for taken in taken_in(view, module):
        if _is_untyped(taken):
            where = "path" if taken.parameter.location == "path" else "query string"
            name = taken.function.name if taken.function else "?"
            yield Report(
                module,
                taken.node,
                f"`{taken.parameter.name}` of `{name}` has no type: it is any text from the {where}.",
                subject=taken.subject,
                # The text of a path is at least always there.
                severity="info" if where == "path" else None,
            )


def _is_untyped(taken: Taken) -> bool:
    parameter, function = taken.parameter, taken.function
    if function is None or not isinstance(taken.node, ast.arg) or parameter.annotation is not None:
        return False
    if parameter.marker is not None or parameter.location not in {"query", "path"}:
        return False
    # `*args` and `**kwargs` of a wrapper are another fault.
    if taken.node in {function.node.args.vararg, function.node.args.kwarg}:
        return False
    return parameter.name not in _NOT_MEANT
