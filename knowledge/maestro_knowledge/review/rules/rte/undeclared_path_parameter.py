"""A placeholder of the path is taken by no parameter."""

import keyword
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation, Route
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.template import compile_template
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._paths import is_known, reads_request, taken_names
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE201", name="undeclared-path-parameter", severity="error", fix="unsafe")

_TYPES = {"int": "int", "float": "float"}


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports each placeholder of the operation's own path that its function and dependencies leave out."""
    function = operation.function
    if function is None or operation.kind not in {"http", "websocket"} or not operation.path:
        return
    # A placeholder of a router's prefix concerns many path operations, and not each needs it.
    names = compile_template(operation.path).names
    routes = [route for route in view.routes(function) if route.operation is operation] if names else []
    missing = [name for name in names if _is_missing(routes, name)] if routes else []
    if not missing or not all(is_known(view, route) for route in routes) or reads_request(view, routes[0]):
        return
    shown = " and ".join(f"`{{{name}}}`" for name in missing)
    yield Report(
        operation.module,
        operation.node,
        f"{shown} of `{operation.path}` {'is' if len(missing) == 1 else 'are'} declared by no parameter of "
        f"`{function.name}`.",
        subject=f"{function.qualname} {operation.path}",
        edits=_edits(view, operation, function, missing),
    )


def _is_missing(routes: list[Route], name: str) -> bool:
    return all(name not in taken_names(route) for route in routes)


def _edits(view: View, operation: Operation, function: Function, missing: list[str]) -> tuple[Edit, ...]:
    """The parameters in front of all others, where no default can come before them."""
    if not all(name.isidentifier() and not keyword.iskeyword(name) for name in missing):
        return ()
    converters = dict(
        part for part in compile_template(operation.path or "").parts if not isinstance(part, str)
    )
    text = ", ".join(f"{name}: {_TYPES.get(converters[name], 'str')}" for name in missing)
    arguments, module = function.node.args, function.module
    named = [*arguments.posonlyargs, *arguments.args]
    if function.owner is not None and named:
        return (view.insert_after(module, named[0], f", {text}"),)
    if named or arguments.kwonlyargs:
        return (view.insert_before(module, (named or arguments.kwonlyargs)[0], f"{text}, "),)
    if arguments.vararg or arguments.kwarg:
        return ()
    return _into_empty(view, function, text)


def _into_empty(view: View, function: Function, text: str) -> tuple[Edit, ...]:
    start, _ = view.lines(function.module).offsets(function.node)
    opening = function.module.text.find(f"{function.name}(", start)
    first = function.node.body[0]
    body, _ = view.lines(function.module).offsets(first)
    place = opening + len(function.name) + 1
    if opening < 0 or place > body:
        return ()
    return (Edit(function.module.path, place, place, text),)
