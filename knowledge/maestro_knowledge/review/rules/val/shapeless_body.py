"""A body is accepted whatever it looks like."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import source_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._parameters import Taken, taken_in
from maestro_knowledge.review.rules.val._bodies import is_shapeless, is_taken_apart
from maestro_knowledge.review.view import View

RULE = Rule(id="VAL301", name="shapeless-body", severity="warning", umbrella=("API004",))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each parameter that the body is read into without saying what belongs in it."""
    for taken in taken_in(view, module):
        parameter = taken.parameter
        if taken.function is None or not is_shapeless(view, parameter):
            continue
        shown = source_of(module, parameter.annotation, 60) if parameter.annotation else "no type"
        yield Report(
            module,
            taken.node,
            f"`{taken.function.name}` takes its body as `{shown}`: nothing says or checks what is in it.",
            subject=taken.subject,
            # Stored or handed on as it is, any shape may be what is wanted.
            severity=None if _is_looked_into(view, taken) else "info",
        )


def _is_looked_into(view: View, taken: Taken) -> bool:
    function = taken.function
    if function is None:
        return False
    if view.is_dependency(function) and not view.is_handler(function):
        return True  # what becomes of it shows only in those who depend on it
    return is_taken_apart(view, function, taken.parameter.name)
