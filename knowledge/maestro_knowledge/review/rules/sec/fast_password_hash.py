"""A password is hashed with a fast hash, or not at all."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._passwords import (
    assigned,
    is_parameter,
    is_password,
    keeps_passwords,
    stored,
)
from maestro_knowledge.review.rules.sec._secrets import name_of, words_of
from maestro_knowledge.review.rules.sec._sinks import built, is_false, keyword_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC610", name="fast-password-hash", severity="error")

_FAST = frozenset(
    f"hashlib.{name}"
    for name in (
        "md5",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sha3_256",
        "sha3_512",
        "blake2b",
        "blake2s",
        "new",
    )
)
_SLOW = Pattern(r"bcrypt|argon|pwdlib|passlib|pbkdf2|scrypt|hashpw|verify", re.IGNORECASE)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports fast hashes of passwords, passwords compared as text, and passwords stored as they came."""
    for call, name in view.calls_to(module, _FAST):
        if is_false(keyword_of(call, "usedforsecurity")):
            continue
        passwords = (_password(view, module, one) for one in _hashed(view, module, call, name))
        what = next(filter(None, passwords), "")
        if what and not _is_harmless(view, call):
            short = name.rpartition(".")[2]
            message = f"`{what}` is hashed with `{short}`, which is made to be fast."
            yield Report(module, call, message, subject=what)
    if keeps_passwords(view):
        for call, _ in view.calls(module):
            yield from (_plain(module, value, column) for column, value in stored(view, module, call))
        for node in module.nodes.get(ast.Assign, ()):
            if isinstance(node, ast.Assign) and (column := assigned(view, module, node)):
                yield _plain(module, node.value, column)
    for node in module.nodes.get(ast.Compare, ()):
        if isinstance(node, ast.Compare) and (pair := _compared(view, module, node)):
            message = f"`{pair[0]}` is compared with `{pair[1]}`: what is stored is the password itself."
            yield Report(module, node, message, subject=" ".join(pair))


def _hashed(view: View, module: Module, call: ast.Call, name: str) -> list[ast.expr]:
    """What the hash is made of, `update` included."""
    given = list(call.args[1:] if name == "hashlib.new" else call.args)
    given += [one.value for one in call.keywords if one.arg in {"string", "data"}]
    statement = view.parent(call)
    function = view.around(module, call)
    if isinstance(statement, ast.Assign) and function and isinstance(statement.targets[0], ast.Name):
        for node in function.scope.nodes:
            if (
                (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "update"
                )
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == statement.targets[0].id
            ):
                given += node.args
    return given


def _password(view: View, module: Module, node: ast.expr) -> str:
    """What is called like a password in the expression."""
    for part in walk(built(view, module, node)):
        if isinstance(part, ast.Name | ast.Attribute) and is_password(name_of(part)):
            return ast.unparse(part)
        if isinstance(part, ast.Subscript) and is_password(name_of(part)):
            return name_of(part)
    return ""


def _is_harmless(view: View, call: ast.Call) -> bool:
    """Whether the digest only goes into a slow hash, or a piece of it to a list of leaked passwords."""
    above = view.parent(call)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Call) and _SLOW.search(ast.unparse(above.func)):
            return True
        if isinstance(above, ast.Subscript) and isinstance(above.slice, ast.Slice):
            return True
        above = view.parent(above)
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        name = above.targets[0].id
        holder = view.parent(above)
        return holder is not None and any(
            (
                isinstance(one, ast.Subscript)
                and isinstance(one.slice, ast.Slice)
                and name_of(one.value) == name
            )
            or (isinstance(one, ast.Call) and _SLOW.search(ast.unparse(one.func)) and name in _names(one))
            for one in walk(holder)
        )
    return False


def _names(call: ast.Call) -> set[str]:
    return {one.id for given in call.args for one in walk(given) if isinstance(one, ast.Name)}


def _plain(module: Module, value: ast.expr, column: str) -> Report:
    message = f"`{ast.unparse(value)}` is stored in the column `{column}` as plain text."
    return Report(module, value, message, subject=column)


def _compared(view: View, module: Module, node: ast.Compare) -> tuple[str, str] | None:
    """Two passwords that are compared as they are: one given, one stored."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return None
    left, right = node.left, node.comparators[0]
    if not all(isinstance(one, ast.Name | ast.Attribute | ast.Subscript) for one in (left, right)):
        return None
    names = name_of(left), name_of(right)
    if not all(is_password(one) for one in names):
        hashed = [one for one in names if _is_password_hash(one)]
        sent = [one for one in (left, right) if is_password(name_of(one))]
        # A local name may hold the hash of what was sent; what a model holds does not.
        if (
            len(hashed) != 1
            or len(sent) != 1
            or not (isinstance(sent[0], ast.Attribute) or is_parameter(view, module, sent[0]))
        ):
            return None
    holders = [_holder(one) for one in (left, right)]
    # Two fields of one form: a password typed twice.
    if holders[0] == holders[1] or any(
        {"confirm", "confirmation", "repeat", "again", "new", "old", "current"} & set(words_of(one))
        for one in names
    ):
        return None
    if _is_configured(left) or _is_configured(right):
        return None
    if any(isinstance(one, ast.Name) and not is_parameter(view, module, one) for one in (left, right)):
        return None  # a local name may hold the hash
    return ast.unparse(left), ast.unparse(right)


def _is_password_hash(name: str) -> bool:
    words = set(words_of(name))
    return bool(words & {"password", "passwd", "pwd"} and words & {"hash", "hashed", "digest"})


def _holder(node: ast.expr) -> str:
    return ast.unparse(node.value) if isinstance(node, ast.Attribute | ast.Subscript) else ""


def _is_configured(node: ast.expr) -> bool:
    """Whether the value belongs to the configuration, which holds no users' passwords."""
    text = ast.unparse(node)
    return text.isupper() or bool({"settings", "config", "environ", "conf"} & set(words_of(text)))
