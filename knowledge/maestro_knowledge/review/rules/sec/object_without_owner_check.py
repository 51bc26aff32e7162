"""An object is read or changed by an id from the client, and nothing asks whose it is."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Dependency, Operation, Parameter, Route
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.sec._secrets import words_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC620", name="object-without-owner-check", severity="question")

_IDS = frozenset(
    {"id", "uuid", "pk", "uid", "guid", "slug", "key", "number", "no", "ref", "reference", "code"}
)
_NUMBERS = frozenset({"builtins.int", "uuid.UUID", "pydantic.UUID4", "pydantic.types.UUID4"})
# Whoever holds such a role may see everybody's objects.
_ROLES = Pattern(
    r"admin|superuser|staff|role|permission|scope|owner|operator|internal|service|owned|belongs|access"
)
_OWNERS = Pattern(r"(?:owner|user|author|account|customer|tenant|member|creator|created_by|org\w*)(?:_id)?$")


def check(route: Route, view: View) -> Iterator[Ask]:
    """Asks about handlers that know who is calling and use an id, and never bring the two together."""
    operation = route.operation
    function = operation.function
    if function is None or operation.kind != "http" or not route.is_complete or route.app is None:
        return
    given = [one for one in route.parameters if one.location == "path" and _is_id(one)]
    guards = [one for one in _all(route) if one.scheme is not None]
    if not given or not guards or _ROLES.search(f"{route.path} {function.name}".lower()):
        return
    if any(_settles(one, given, view) for one in _all(route)):
        return
    users = [one for one in route.parameters if one.dependency is not None and _is_user(one.dependency)]
    if any(_is_used(function, one.name) for one in users) or _has_request(route):
        return
    wanted = next((one for one in given if _is_used(function, one.name)), None)
    seen = view.once("sec.object_without_owner_check", set[Operation])
    if wanted is None or operation in seen:
        return
    seen.add(operation)
    callees = sorted({one.module.path for one in view.callees(function)} | {operation.module.path})
    yield Ask(
        asks=f"Whose object does `{wanted.alias}` of `{function.name}` name, and may the caller have it?",
        looked_for="a comparison of the object's owner with the user, or a query for the user's objects",
        looked_in=tuple(callees),
        seen_near=_near(view),
        module=operation.module,
        node=function.node,
    )


def _is_id(parameter: Parameter) -> bool:
    words = words_of(parameter.name)
    named = bool(words) and words[-1] in _IDS
    return named or (parameter.type is not None and parameter.type.name in _NUMBERS)


def _all(route: Route) -> Iterator[Dependency]:
    waiting = [*route.dependencies, *(one.dependency for one in route.parameters if one.dependency)]
    while waiting:
        dependency = waiting.pop()
        yield dependency
        waiting += [one.dependency for one in dependency.parameters if one.dependency]


def _is_user(dependency: Dependency) -> bool:
    """Whether what the dependency hands out tells who is calling."""
    if dependency.scheme is not None:
        return True
    return any(_is_user(one.dependency) for one in dependency.parameters if one.dependency)


def _settles(dependency: Dependency, given: list[Parameter], view: View) -> bool:
    """Whether the dependency may decide it: it asks for a role, takes the id itself, or is not known."""
    if (
        dependency.kind == "unknown"
        or dependency.scopes
        or _ROLES.search(dependency.name.rpartition(".")[2].lower())
    ):
        return True
    del view
    names = {one.alias for one in given}
    return any(one.alias in names and one.location == "path" for one in dependency.parameters)


def _is_used(function: Function, name: str) -> bool:
    """Whether the function does more with the value than to log it."""
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in walk(function.node)
    )


def _has_request(route: Route) -> bool:
    """Whether the handler has the request itself, which may know the user."""
    return any(
        one.location == "special" and one.type is not None and one.type.name == "fastapi.Request"
        for one in route.parameters
    )


def _near(view: View) -> tuple[str, ...]:
    """Fields that say whom an object belongs to."""
    found = [
        f"{model.cls.module.path}:{field.node.lineno} {model.cls.name}.{field.name}"
        for model in view.project.models
        if model.kind in {"table", "sqlalchemy", "sqlmodel", "pydantic"}
        for field in model.fields
        if _OWNERS.search(field.name)
    ]
    return tuple(found[:3])
