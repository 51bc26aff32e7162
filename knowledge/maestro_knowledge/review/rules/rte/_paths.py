"""Which placeholders of a path are taken, and whether that can be told."""

import ast

from maestro_knowledge.project.application import Dependency, Parameter, Route
from maestro_knowledge.project.signatures import is_transparent
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.rules.rte._parameters import parameters_below
from maestro_knowledge.review.view import View

_CONNECTIONS = ("fastapi.Request", "starlette.requests.HTTPConnection")
_TRANSPARENT = ("functools.", "builtins.", "fastapi_cache.", "typing.", "typing_extensions.", "warnings.")
_TELL_PATH = frozenset({"path_params", "url", "scope", "get", "base_url"})


def all_parameters(route: Route) -> tuple[Parameter, ...]:
    """The parameters of the path operation and of everything that it depends on."""
    listed = (one for dependency in route.dependencies for one in dependency.parameters)
    return tuple(parameters_below([*route.parameters, *listed]))


def all_dependencies(route: Route) -> tuple[Dependency, ...]:
    """Everything that the path operation depends on, at whatever level."""
    inner = (one.dependency for one in all_parameters(route) if one.dependency is not None)
    return (*route.dependencies, *inner)


def taken_names(route: Route) -> frozenset[str]:
    """The placeholders that some parameter takes."""
    return frozenset(
        name for one in all_parameters(route) if one.location == "path" for name in (one.name, one.alias)
    )


def is_known(view: View, route: Route) -> bool:
    """Whether every parameter of the route and of its dependencies is in sight."""
    function = route.operation.function
    if not route.is_complete or route.template is None or function is None:
        return False
    if any(not one.is_complete for one in all_dependencies(route)):
        return False
    if not all(_keeps_parameters(view, function, one) for one in function.node.decorator_list):
        return False
    return all(parameter.location != "unknown" for parameter in all_parameters(route))


def _keeps_parameters(view: View, function: Function, decorator: ast.expr) -> bool:
    """Whether the decorator neither adds parameters nor takes any, as one of another package well may."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    target = view.target(function.module, called)
    if isinstance(called, ast.Name) and target is not None and target.kind == "external":
        return target.name.startswith(_TRANSPARENT)
    return is_transparent(view.project, function.module, decorator)


def reads_request(view: View, route: Route) -> bool:
    """Whether the path may be looked at in the request, by a function or by whom it gives the request to."""
    functions = [route.operation.function, *(one.function for one in all_dependencies(route))]
    return any(_reads_request(view, function) for function in functions if function is not None)


def _reads_request(view: View, function: Function) -> bool:
    for node in function.scope.nodes:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        what = view.type(function.module, node)
        if what is None or not view.is_a(what, *_CONNECTIONS, "fastapi.WebSocket"):
            continue
        above = view.parent(node)
        if isinstance(above, ast.Attribute):
            if above.attr in _TELL_PATH:
                return True
        elif view.is_a(what, "fastapi.Request"):
            return True  # sockets are handed about all the time, and not for their path
    return False
