"""A secret or personal data is put into a JWT."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.calls import callers_of
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import argument
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT709", name="secret-in-claims", severity="warning", preview=True)

_ENCODERS = frozenset({"jwt.encode", "jose.jwt.encode", "jwt.api_jwt.encode"})
_SECRET = frozenset(
    {
        "password",
        "hashed_password",
        "password_hash",
        "passwd",
        "pwd",
        "secret",
        "api_key",
        "client_secret",
        "pin",
    }
    | {
        "ssn",
        "social_security_number",
        "credit_card",
        "card_number",
        "cvv",
        "iban",
        "passport",
        "passport_number",
    }
    | {
        "date_of_birth",
        "birth_date",
        "dob",
        "bank_account",
        "account_number",
        "tax_id",
        "private_key",
        "totp_secret",
    }
)
_DEPTH = 3
NEEDS = Needs(calls=_ENCODERS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports claims that are called, or come from something that is called, like a secret."""
    seen: set[ast.AST] = set()
    for call, _ in view.calls_to(module, _ENCODERS):
        claims = argument(call, "payload", 0) or argument(call, "claims", 0)
        for where, node, name in _claims(view, module, claims, _DEPTH):
            if node not in seen:
                seen.add(node)
                message = f"`{name}` goes into a JWT, which whoever holds it can read."
                yield Report(where, node, message, subject=name)


def _claims(
    view: View, module: Module, node: ast.expr | None, depth: int
) -> Iterator[tuple[Module, ast.AST, str]]:
    """The secret claims: where they stand, and what they are called."""
    if depth == 0 or node is None:
        return
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                yield from _claims(view, module, value, depth - 1)
            elif name := _secret(key, value):
                yield module, key, name
    elif isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg and view.name(module, node.func) == "builtins.dict" and keyword.arg in _SECRET:
                yield module, keyword.value, keyword.arg
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            yield from _claims(view, module, node.func.value, depth)
        yield from _of_results(view, module, node, depth)
    elif isinstance(node, ast.Name):
        yield from _of_name(view, module, node, depth)


def _of_name(view: View, module: Module, node: ast.Name, depth: int) -> Iterator[tuple[Module, ast.AST, str]]:
    function = view.around(module, node)
    if function is None:
        return
    for binding in function.scope.bindings.get(node.id, ()):
        if binding.kind == "parameter":
            yield from _of_callers(view, function, node.id, depth)
        elif binding.value is not None and binding.kind in {"assign", "augment"}:
            yield from _claims(view, module, binding.value, depth - 1)
    for one in function.scope.nodes:
        if isinstance(one, ast.Call) and _is_update(one, node.id):
            yield from _claims(view, module, one.args[0], depth - 1)
        target = one.targets[0] if isinstance(one, ast.Assign) else None
        if isinstance(one, ast.Assign) and isinstance(target, ast.Subscript):
            holds = isinstance(target.value, ast.Name) and target.value.id == node.id
            if holds and (name := _secret(target.slice, one.value)):
                yield module, one, name


def _of_results(
    view: View, module: Module, node: ast.Call, depth: int
) -> Iterator[tuple[Module, ast.AST, str]]:
    """What a function of the project returns that is called for the claims."""
    target = view.target(module, node.func)
    function = target.function if target is not None else None
    for one in function.scope.nodes if function is not None else ():
        if isinstance(one, ast.Return) and function is not None:
            yield from _claims(view, function.module, one.value, depth - 1)


def _is_update(call: ast.Call, name: str) -> bool:
    func = call.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "update"
        and isinstance(func.value, ast.Name)
        and func.value.id == name
        and bool(call.args)
    )


def _of_callers(
    view: View, function: Function, parameter: str, depth: int
) -> Iterator[tuple[Module, ast.AST, str]]:
    names = [one.arg for one in function.node.args.args]
    if function.owner is not None and names[:1] == ["self"]:
        names = names[1:]
    position = names.index(parameter) if parameter in names else 99
    for site in callers_of(view.project, function):
        yield from _claims(view, site.module, argument(site.node, parameter, position), depth - 1)


def _secret(key: ast.expr, value: ast.expr) -> str:
    """The name of the secret, if the claim is one: by its own name, or by that of what it holds."""
    name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    held = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    if isinstance(value, ast.Constant) or not name:
        return ""
    return next((one for one in (name, held) if one.lower() in _SECRET), "")
