"""A JWT is read without its signature being verified."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import (
    DECODERS,
    UNVERIFIED,
    argument,
    decodings,
    is_false,
    options_of,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT701", name="unverified-token", severity="error")
NEEDS = Needs(calls=DECODERS | UNVERIFIED)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports decodings that switch verification off, unless the same token is verified beside them."""
    for call in decodings(view, module):
        how = _switched_off(view, module, call)
        if how and not _verified_beside(view, module, call):
            yield Report(
                module, call, f"The token is decoded with `{how}`: anyone can write its claims.", subject=how
            )
    for call, name in view.calls_to(module, UNVERIFIED):
        if not _verified_beside(view, module, call):
            short = name.rpartition(".")[2]
            yield Report(module, call, f"`{short}` reads claims that nobody has verified.", subject=short)


def _switched_off(view: View, module: Module, call: ast.Call) -> str:
    options = options_of(view, module, call)
    if is_false(options.get("verify_signature")):
        return '"verify_signature": False'
    # PyJWT 1 and python-jose: the argument, not an option.
    return "verify=False" if is_false(argument(call, "verify", 99)) else ""


def _verified_beside(view: View, module: Module, call: ast.Call) -> bool:
    """Whether the function also decodes the same token with verification: the first look chose the key."""
    function = view.around(module, call)
    token = argument(call, "jwt", 0) or argument(call, "token", 0)
    if function is None or token is None:
        return False
    return any(
        other is not call
        and view.around(module, other) is function
        and not _switched_off(view, module, other)
        and ast.unparse(other.args[0] if other.args else other.func) == ast.unparse(token)
        for other in decodings(view, module)
    )
