"""Fields that only those in charge may set, and what shows that a path operation is for them."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.project.model import Field
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.rules.rte._parameters import dependencies_of, parameters_below
from maestro_knowledge.review.view import View

_ALWAYS = frozenset(
    {"is_admin", "is_superuser", "is_staff", "is_root", "is_owner", "is_moderator", "superuser", "admin"}
    | {"role", "roles", "user_role", "permissions", "privileges", "is_verified", "email_verified"}
    | {"account_balance", "credit_balance"}
)
_OWNERS = frozenset({"owner_id", "user_id", "created_by", "author_id"})
_IN_CHARGE = Pattern(r"admin|superuser|staff|permission|role|scope|privilege|moderator|owner", re.IGNORECASE)
_USERS = Pattern(r"user|principal|identity|account", re.IGNORECASE)
# What does not say yes or no to anybody, or to everybody who has an account.
_NEUTRAL = Pattern(
    r"session|database|\bdb\b|get_db|engine|settings|config|cache|redis|client|repo|service|store|uow|log"
    r"|(current|active|logged_in|auth\w*)_user|token|bearer|paging|pagination|background|limit",
    re.IGNORECASE,
)
_HUMP = Pattern(r"(?<=[a-z0-9])(?=[A-Z])")


def is_privileged(view: View, operation: Operation, field: Field) -> bool:
    """Whether clients should not choose the field: rights always, owners where the caller is known."""
    name = _HUMP.sub("_", field.name).lower()
    if name in _ALWAYS:
        return not _is_harmless(view, field)
    return name in _OWNERS and any(_USERS.search(one.name) for one in _guards(view, operation))


def is_for_those_in_charge(view: View, operation: Operation, function: Function) -> bool:
    """Whether anything at all speaks of rights: a dependency, the path, a comparison, a call."""
    paths = [route.path or "" for route in view.routes(function)] or [operation.path or ""]
    if any(_IN_CHARGE.search(path) for path in paths):
        return True
    for guard in _guards(view, operation):
        unknown = guard.function is None and guard.scheme is None and guard.cls is None
        if guard.scopes or (unknown and not guard.is_complete and not _NEUTRAL.search(guard.name)):
            return True
        if _IN_CHARGE.search(guard.name) or _IN_CHARGE.search(ast.unparse(guard.node)):
            return True
        if guard.function is not None and any(_asks_for_rights(node) for node in guard.function.scope.nodes):
            return True
    return any(_asks_for_rights(node) for node in function.scope.nodes)


def is_overruled(function: Function, name: str) -> bool:
    """Whether the function sets the field itself, or takes it out."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.Constant) and node.value == name:
            return True  # an `exclude`, a `pop`, a key that is set
        if isinstance(node, ast.keyword) and node.arg == name:
            return not (isinstance(node.value, ast.Attribute) and node.value.attr == name)
    return False


def _asks_for_rights(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare | ast.If | ast.IfExp | ast.UnaryOp):
        tested = node.test if isinstance(node, ast.If | ast.IfExp) else node
        return any(isinstance(one, ast.Attribute) and _IN_CHARGE.search(one.attr) for one in walk(tested))
    return isinstance(node, ast.Call) and _IN_CHARGE.search(ast.unparse(node.func)) is not None


def _guards(view: View, operation: Operation) -> Iterator[Dependency]:
    """Every dependency of the operation, at whatever level."""
    listed = dependencies_of(view, operation)
    yield from listed
    below: list[Parameter] = [*operation.parameters, *(one for part in listed for one in part.parameters)]
    yield from (one.dependency for one in parameters_below(below) if one.dependency is not None)


def _is_harmless(view: View, field: Field) -> bool:
    """Whether the values are listed and none of them gives rights."""
    type_ = field.type
    if type_ is None:
        return False
    if type_.name == "typing.Literal" and field.annotation is not None:
        return not _IN_CHARGE.search(ast.unparse(field.annotation).replace("Literal", ""))
    if type_.cls is not None and view.is_a(type_, "enum.Enum", "enum.IntEnum", "enum.StrEnum"):
        return not any(_IN_CHARGE.search(name) for name in type_.cls.scope.bindings)
    return False
