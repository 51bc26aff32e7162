"""Which functions run while a request is served, and with what."""

from collections.abc import Iterator

from maestro_knowledge.project.application import Parameter
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.report import Hop
from maestro_knowledge.review.view import View

_DEPTH = 4


def parameters_of(view: View, function: Function) -> dict[str, Parameter]:
    """The parameters of a path operation or dependency by name, as FastAPI reads them."""
    table = view.once("bgt._requests.parameters", lambda: _parameters(view))
    return table.get(function, {})


def _parameters(view: View) -> dict[Function, dict[str, Parameter]]:
    table: dict[Function, dict[str, Parameter]] = {}
    for operation in view.project.operations:
        if operation.function is not None:
            table.setdefault(operation.function, {one.name: one for one in operation.parameters})
    for dependency in view.dependencies:
        if dependency.function is not None:
            table.setdefault(dependency.function, {one.name: one for one in dependency.parameters})
    return table


def request_path(view: View, function: Function) -> tuple[Function, ...]:
    """The way from a path operation or dependency to the function, itself last; empty if there is none."""
    return view.once("bgt._requests.paths", lambda: dict(_paths(view))).get(function, ())


def served_by(path: tuple[Function, ...]) -> tuple[Hop, ...]:
    """Where the way of a request begins, as evidence; nothing where that is the function itself."""
    return (
        (Hop(path[0].module, path[0].node, f"`{path[0].name}` serves the request"),) if len(path) > 1 else ()
    )


def _paths(view: View) -> Iterator[tuple[Function, tuple[Function, ...]]]:
    starts = [operation.function for operation in view.project.operations]
    starts += [dependency.function for dependency in view.dependencies]
    known: dict[Function, tuple[Function, ...]]
    known = {function: (function,) for function in starts if function is not None}
    waiting = list(known.values())
    for path in waiting:
        if len(path) > _DEPTH:
            continue
        for callee in view.callees(path[-1]):
            if callee not in known:
                known[callee] = (*path, callee)
                waiting.append(known[callee])
    yield from known.items()
