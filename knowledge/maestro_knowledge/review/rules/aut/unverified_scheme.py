"""A security scheme is the only check: nobody looks at the value that it read."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Dependency, Parameter, Route
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._guards import is_watched
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT704", name="unverified-scheme", severity="error")

_SCHEMES = frozenset(
    {"APIKeyCookie", "APIKeyHeader", "APIKeyQuery", "HTTPBasic", "HTTPBearer", "HTTPDigest"}
    | {"OAuth2AuthorizationCodeBearer", "OAuth2PasswordBearer", "OpenIdConnect"}
)
_CARRIERS = (
    *(
        ast.Dict,
        ast.List,
        ast.Tuple,
        ast.JoinedStr,
        ast.FormattedValue,
        ast.Attribute,
        ast.Subscript,
        ast.Slice,
        ast.BinOp,
    ),
    *(ast.keyword, ast.Await),
)
# What of a request may tell who is calling.
_TELLING = frozenset({"headers", "cookies", "session", "auth", "user", "state", "scope", "query_params"})
_CONNECTIONS = ("fastapi.Request", "fastapi.WebSocket", "fastapi.requests.HTTPConnection")


def check(route: Route, view: View) -> Iterator[Report]:
    """Reports the scheme of a route when no function on the way to the answer looks at its value."""
    function = route.operation.function
    if function is None or route.app is None or not route.is_complete:
        return
    guarded = [(scheme, node, module) for one, node, module in _places(route) if (scheme := _scheme(one))]
    if not guarded or is_watched(view, route) or _looks(function, route.parameters, view):
        return
    if any(_may_verify(one, view) for one in (*route.dependencies, *_below(route.parameters))):
        return
    seen = view.once("aut.unverified_scheme", set[ast.AST])
    for scheme, node, module in guarded:
        if node not in seen:
            seen.add(node)
            message = f"`{function.name}` is guarded by `{scheme}`, whose value nothing verifies."
            yield Report(module, node, message, subject=f"{function.name} {scheme}")


def _places(route: Route) -> Iterator[tuple[Dependency, ast.AST, Module]]:
    for parameter in route.parameters:
        if parameter.dependency:
            yield parameter.dependency, parameter.node, parameter.module
    for dependency in route.dependencies:
        yield dependency, dependency.node, dependency.module


def _below(parameters: tuple[Parameter, ...]) -> tuple[Dependency, ...]:
    return tuple(parameter.dependency for parameter in parameters if parameter.dependency)


def _scheme(dependency: Dependency) -> str:
    """The scheme that the dependency is, or hands on."""
    if dependency.scheme:
        return dependency.scheme.name
    return next((name for one in _below(dependency.parameters) if (name := _scheme(one))), "")


def _may_verify(dependency: Dependency, view: View) -> bool:
    """Whether the dependency, or one below it, could turn a client away for what it sent."""
    if dependency.scheme:
        # A subclass may verify in its own `__call__`.
        return dependency.scheme.name not in _SCHEMES or dependency.cls is not None
    if not dependency.is_complete or dependency.kind != "function" or dependency.function is None:
        return True
    # A bare `raise` only lets pass what the code below has raised: a session that is rolled back.
    raises = any(isinstance(node, ast.Raise) and node.exc for node in dependency.function.scope.nodes)
    return (
        raises
        or _looks(dependency.function, dependency.parameters, view)
        or any(_may_verify(one, view) for one in _below(dependency.parameters))
    )


def _looks(function: Function, parameters: tuple[Parameter, ...], view: View) -> bool:
    """Whether the function does more with what identifies the client than to pass it on."""
    for parameter in parameters:
        if parameter.location in ("header", "cookie", "unknown"):
            return True
        if parameter.location == "special" and (
            parameter.type is None or view.is_a(parameter.type, *_CONNECTIONS)
        ):
            if _asks_who(function, parameter.name, view):
                return True
            continue
        if parameter.dependency and _scheme(parameter.dependency) and _is_used(function, parameter, view):
            return True
    return False


def _asks_who(function: Function, name: str, view: View) -> bool:
    """Whether the function reads of the request what may tell the client, or gives it to somebody who may."""
    for node in _in_body(function):
        if isinstance(node, ast.Name) and node.id == name:
            above = view.parent(node)
            if not isinstance(above, ast.Attribute) or above.attr in _TELLING:
                return True
    return False


def _is_used(function: Function, parameter: Parameter, view: View) -> bool:
    """Whether the value goes anywhere but into what is returned."""
    return any(
        isinstance(node, ast.Name)
        and node.id == parameter.name
        and not _is_handed_back(node, function.module, view)
        for node in _in_body(function)
    )


def _in_body(function: Function) -> Iterator[ast.AST]:
    """What stands in the function, nested functions too: the check may stand in one."""
    for statement in function.node.body if isinstance(function.node.body, list) else ():
        yield from walk(statement)


def _is_handed_back(node: ast.AST, module: Module, view: View) -> bool:
    above = view.parent(node)
    while isinstance(above, _CARRIERS) or (isinstance(above, ast.Call) and _is_made_of(above, module, view)):
        above = view.parent(above)
    return isinstance(above, ast.Return)


def _is_made_of(call: ast.Call, module: Module, view: View) -> bool:
    """Whether the call only makes an object that describes data, such as `User(name=token)`."""
    target = view.target(module, call.func)
    models = view.once("aut.models", lambda: {model.cls: model for model in view.project.models})
    cls = target.cls if target else None
    if cls is None:
        return False
    model = models.get(cls)
    made = cls.methods.get("__init__")
    if model is not None and made is None:
        return not model.validators
    return made is not None and not cls.node.bases and _only_keeps(made)


def _only_keeps(made: Function) -> bool:
    """Whether the constructor does nothing but to put what it is given into the object."""
    body = made.node.body if isinstance(made.node.body, list) else []
    return all(
        (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        or (
            isinstance(one, ast.Assign | ast.AnnAssign)
            and isinstance(one.value, ast.Name | ast.Constant | None)
        )
        for one in body
    )
