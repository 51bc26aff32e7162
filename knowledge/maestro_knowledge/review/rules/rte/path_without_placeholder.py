"""A parameter that FastAPI cannot fill from the path: no placeholder has its name, or it takes no name."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation, Parameter, Route
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._parameters import taken_in, written_at
from maestro_knowledge.review.rules.rte._paths import all_parameters, is_known, taken_names
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE202", name="path-without-placeholder", severity="error")


def check(what: Module | Operation, view: View) -> Iterator[Report]:
    """Reports each `Path()` without a placeholder, and each parameter that cannot be passed by name."""
    if isinstance(what, Module):
        yield from _positional(view, what)
    elif what.function is not None and what.kind in {"http", "websocket"}:
        yield from _unmatched(view, what)


def _positional(view: View, module: Module) -> Iterator[Report]:
    for taken in taken_in(view, module):
        if taken.function is not None and taken.node in taken.function.node.args.posonlyargs:
            yield Report(
                module,
                taken.node,
                f"`{taken.parameter.name}` of `{taken.function.name}` is positional-only, and FastAPI passes "
                "by name: every call fails.",
                subject=taken.subject,
            )


def _unmatched(view: View, operation: Operation) -> Iterator[Report]:
    routes = [route for route in view.routes(operation.function) if route.operation is operation]
    seen = set()
    for route in routes:
        for parameter in all_parameters(route):
            if not _is_path(view, parameter) or not _lacks(view, route, parameter):
                continue
            node = written_at(view, parameter)
            if node in seen:
                continue
            seen.add(node)
            yield _report(view, operation, route, parameter, node)


def _is_path(view: View, parameter: Parameter) -> bool:
    if parameter.marker is None or parameter.marker_module is None:
        return False
    return view.name(parameter.marker_module, parameter.marker.func) == "fastapi.Path"


def _lacks(view: View, route: Route, parameter: Parameter) -> bool:
    if route.template is None or parameter.alias in route.template.names:
        return False
    if route.app is not None:
        return True
    # Who includes the router is not in sight and may bring the placeholder; one left over shows the slip.
    return is_known(view, route) and any(name not in taken_names(route) for name in route.template.names)


def _report(view: View, operation: Operation, route: Route, parameter: Parameter, node: ast.AST) -> Report:
    name = operation.function.name if operation.function else operation.handler
    message = (
        f"`{parameter.name}` of `{name}` is taken from the path, and `{route.path}` has no "
        f"`{{{parameter.alias}}}`: every call is answered 422."
    )
    if any(written_at(view, one) is node for one in route.parameters):
        return Report(parameter.module, node, message, subject=f"{name}.{parameter.name}")
    hop = Hop(parameter.module, node, f"`{parameter.name}` is taken from the path")
    return Report(operation.module, operation.node, message, subject=f"{name}.{parameter.name}", hops=(hop,))
