"""Calls that read a JWT, whatever the library calls them."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View

# PyJWT and python-jose take the options by the same names; a PyJWT instance has the same method.
DECODERS = frozenset({"jwt.decode", "jwt.decode_complete", "jose.jwt.decode", "jwt.api_jwt.decode"})
UNVERIFIED = frozenset({"jose.jwt.get_unverified_claims", "jose.jws.get_unverified_claims"})
HEADERS = frozenset(
    {"jwt.get_unverified_header", "jose.jwt.get_unverified_header", "jose.jwt.get_unverified_headers"}
)


def decodings(view: View, module: Module) -> Iterator[ast.Call]:
    """Every call that decodes a token."""
    for node, _ in view.calls_to(module, DECODERS):
        yield node


def argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """An argument by its name or place; None also where `*args` or `**kwargs` may hold it."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return named or (call.args[position] if len(call.args) > position else None)


def is_open(call: ast.Call) -> bool:
    """Whether arguments are passed that the call does not show."""
    return any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(one, ast.Starred) for one in call.args
    )


def value_of(view: View, module: Module, node: ast.expr | None) -> ast.expr | None:
    """The expression itself, or what a name that is assigned once stands for."""
    if not isinstance(node, ast.Name):
        return node
    function = view.around(module, node)
    nodes = function.scope.nodes if function else ()
    local = [one for one in nodes if isinstance(one, ast.Assign) and _assigns(one, node.id)]
    top = [one for one in module.tree.body if isinstance(one, ast.Assign) and _assigns(one, node.id)]
    found = local or top
    return found[0].value if len(found) == 1 else None


def _assigns(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)


def options_of(view: View, module: Module, call: ast.Call) -> dict[str, ast.expr]:
    """The `options` of a decoding that are spelled out."""
    given = value_of(view, module, argument(call, "options", 3))
    if isinstance(given, ast.Call) and view.name(module, given.func) == "builtins.dict":
        return {one.arg: one.value for one in given.keywords if one.arg}
    if not isinstance(given, ast.Dict):
        return {}
    return {
        key.value: value
        for key, value in zip(given.keys, given.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def is_false(node: ast.expr | None) -> bool:
    """Whether the expression is the constant False."""
    return isinstance(node, ast.Constant) and node.value is False
