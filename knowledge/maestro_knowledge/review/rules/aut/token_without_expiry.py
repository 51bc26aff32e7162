"""An access token is issued that never expires."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.calls import callers_of
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import argument, is_open
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT703", name="token-without-expiry", severity="warning", fix="suggest")

_ENCODERS = frozenset({"jwt.encode", "jose.jwt.encode", "jwt.api_jwt.encode"})
_AUTH = Pattern(r"token|access|auth|jwt|login|session|sign_?in|bearer", re.IGNORECASE)
_IDENTITY = frozenset(
    {"sub", "user_id", "uid", "user", "username", "email", "role", "roles", "scopes", "scope", "id"}
)
_COPIERS = frozenset({"builtins.dict", "copy.copy", "copy.deepcopy"})
_ISSUES = Pattern(r"(?:create|make|issue|generate|encode|sign|build)\w*(?:token|jwt)", re.IGNORECASE)
_DEPTH = 4
NEEDS = Needs(calls=_ENCODERS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports encodings whose claims are all in sight and hold no `exp`."""
    for call, _ in view.calls_to(module, _ENCODERS):
        claims = argument(call, "payload", 0) or argument(call, "claims", 0)
        if claims is None or is_open(call):
            continue
        keys = _keys(view, module, claims, _DEPTH)
        function = view.around(module, call)
        if keys is None or "exp" in keys or not _is_for_access(function, keys):
            continue
        if function is not None and function.name.startswith("test_"):
            continue
        who = f"`{function.name}`" if function else "This"
        yield Report(module, call, f"{who} issues a token without `exp`: it is valid for ever.", subject=who)


def _is_for_access(function: Function | None, keys: frozenset[str]) -> bool:
    """Whether the token says who somebody is, by the name of what makes it or by its claims."""
    named = function is not None and _AUTH.search(function.name) is not None
    return named or bool(keys & _IDENTITY)


def _keys(view: View, module: Module, node: ast.expr, depth: int) -> frozenset[str] | None:
    """Every key that the claims can have; None where not all are in sight."""
    if depth == 0:
        return None
    if isinstance(node, ast.Dict):
        return _of_dict(view, module, node, depth)
    if isinstance(node, ast.Name):
        return _of_name(view, module, node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _joined([_keys(view, module, one, depth - 1) for one in (node.left, node.right)])
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"copy", "deepcopy"}:
            return _keys(view, module, node.args[0] if node.args else node.func.value, depth - 1)
        if view.name(module, node.func) == "builtins.dict":
            named = [_keys(view, module, one, depth - 1) for one in node.args]
            return _joined([*named, *_of_keywords(view, module, node, depth)])
    return None


def _of_dict(view: View, module: Module, node: ast.Dict, depth: int) -> frozenset[str] | None:
    found: list[frozenset[str] | None] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            found.append(_keys(view, module, value, depth - 1))
        else:
            found.append(_key(key))
    return _joined(found)


def _of_name(view: View, module: Module, node: ast.Name, depth: int) -> frozenset[str] | None:
    """What the name is bound to, and what is put in later; of a parameter what every caller passes."""
    function = view.around(module, node)
    if function is None:
        return None
    bindings = function.scope.bindings.get(node.id, [])
    found: list[frozenset[str] | None] = []
    for binding in bindings:
        if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
            found.append(_passed(view, function, binding.node, depth))
        elif binding.kind in {"assign", "augment"} and binding.value is not None:
            found.append(_keys(view, module, binding.value, depth - 1))
        else:
            return None
    if not bindings:
        return None
    found += [_put_in(view, module, one, node, depth) for one in function.scope.nodes]
    return _joined(found)


def _put_in(view: View, module: Module, node: ast.AST, name: ast.Name, depth: int) -> frozenset[str] | None:
    """The keys that a statement adds to the dict of that name."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is(node.value, name):
        return _key(node.slice)
    if not isinstance(node, ast.Call):
        return frozenset()
    if isinstance(node.func, ast.Attribute) and _is(node.func.value, name):
        if node.func.attr == "setdefault":
            return _key(node.args[0]) if node.args else None
        if node.func.attr != "update":
            return frozenset()
        given = [_keys(view, module, one, depth - 1) for one in node.args]
        return _joined([*given, *_of_keywords(view, module, node, depth)])
    # Whoever gets the dict may put something in, but for what encodes it.
    passed = any(_is(one, name) for one in (*node.args, *(one.value for one in node.keywords)))
    return None if passed and view.name(module, node.func) not in _ENCODERS | _COPIERS else frozenset()


def _of_keywords(view: View, module: Module, call: ast.Call, depth: int) -> list[frozenset[str] | None]:
    return [
        frozenset({one.arg}) if one.arg else _keys(view, module, one.value, depth - 1)
        for one in call.keywords
    ]


def _key(node: ast.expr | None) -> frozenset[str] | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return frozenset({str(node.value)}) if isinstance(node, ast.Constant) and is_text else None


def _passed(view: View, function: Function, parameter: ast.arg, depth: int) -> frozenset[str] | None:
    """The keys that every caller together passes for the parameter."""
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if function.owner is not None and names and names[0] in {"self", "cls"}:
        names = names[1:]
    position = names.index(parameter.arg) if parameter.arg in names else 99
    found: list[frozenset[str] | None] = []
    for site in callers_of(view.project, function):
        if not isinstance(site.node, ast.Call):
            return None
        given = argument(site.node, parameter.arg, position)
        found.append(_keys(view, site.module, given, depth - 1) if given is not None else frozenset())
    if not found and _ISSUES.search(function.name) and not _names_expiry(view):
        return frozenset()  # nobody calls it yet, and nothing of the project knows of `exp`
    return _joined(found) if found else None


def _names_expiry(view: View) -> bool:
    def find() -> bool:
        return any(
            (isinstance(node, ast.Constant) and node.value == "exp")
            or (isinstance(node, ast.keyword) and node.arg == "exp")
            for module in view.project.modules
            if module.in_scope
            for kind in (ast.Constant, ast.keyword)
            for node in module.nodes.get(kind, ())
        )

    return view.once("aut.names_expiry", find)


def _joined(found: list[frozenset[str] | None]) -> frozenset[str] | None:
    keys: frozenset[str] = frozenset()
    for one in found:
        if one is None:
            return None
        keys |= one
    return keys


def _is(node: ast.expr, name: ast.Name) -> bool:
    return isinstance(node, ast.Name) and node.id == name.id
