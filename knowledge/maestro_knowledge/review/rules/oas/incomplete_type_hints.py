"""A path operation or a public function does not say all of its types."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="OAS504", name="incomplete-type-hints", severity="info")

_FILLED = frozenset({"self", "cls"})
_SAID_BY = frozenset({"response_model", "response_class"})


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each function others rely on that leaves the type of a parameter or of its result open."""
    if not _is_public(view, function):
        return
    missing = [f"`{name}`" for name in _untyped(function)]
    if function.node.returns is None and not _says_result(view, function):
        missing.append("its result")
    if not missing:
        return
    yield Report(
        function.module,
        function.node,
        f"`{function.name}` does not say the type of {' and '.join(missing[:3])}.",
        subject=function.qualname,
    )


def _is_public(view: View, function: Function) -> bool:
    if view.is_handler(function) or view.is_dependency(function):
        return True
    names = function.qualname.split(".")
    if any(name.startswith("_") for name in names) or _is_nested(view, function):
        return False
    # A method that overrides another gets its types from there.
    return function.owner is None or not function.owner.node.bases


def _is_nested(view: View, function: Function) -> bool:
    above = view.parent(function.node)
    return not isinstance(above, ast.Module | ast.ClassDef)


def _untyped(function: Function) -> list[str]:
    arguments = function.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg is not None:
        every.append(arguments.vararg)
    if arguments.kwarg is not None:
        every.append(arguments.kwarg)
    return [one.arg for one in every if one.annotation is None and one.arg not in _FILLED]


def _says_result(view: View, function: Function) -> bool:
    """Whether the decorator says it: what is returned may then be something else."""
    operations = view.operations(function)
    return bool(operations) and all(
        one.keywords.keys() & _SAID_BY or one.status_code == 204 or one.kind != "http" for one in operations
    )
