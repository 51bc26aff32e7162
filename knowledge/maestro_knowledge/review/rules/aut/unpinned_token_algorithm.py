"""A JWT is verified with algorithms that are not fixed."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.aut._tokens import (
    DECODERS,
    HEADERS,
    argument,
    decodings,
    is_false,
    is_open,
    options_of,
    value_of,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT702", name="unpinned-token-algorithm", severity="error")
NEEDS = Needs(calls=DECODERS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports decodings that name no algorithm, name `none`, or take it from the token."""
    for call in decodings(view, module):
        if is_open(call) or is_false(options_of(view, module, call).get("verify_signature")):
            continue
        if is_false(argument(call, "verify", 99)):
            continue
        given = argument(call, "algorithms", 2)
        if given is None or (isinstance(given, ast.Constant) and given.value is None):
            yield Report(
                module, call, "The token is decoded without naming its algorithm.", subject="missing"
            )
        elif _names_none(value_of(view, module, given)):
            yield Report(
                module, given, "The token may be signed with `none`, which is no signature.", subject="none"
            )
        elif _is_from_token(view, module, given):
            yield Report(
                module, given, "The algorithm is taken from the token that it has to check.", subject="token"
            )


def _names_none(given: ast.expr | None) -> bool:
    items = given.elts if isinstance(given, ast.List | ast.Tuple | ast.Set) else [given]
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.lower() == "none"
        for one in items
    )


def _is_from_token(view: View, module: Module, given: ast.expr) -> bool:
    """Whether the list holds `header["alg"]` of an unverified header."""
    items = given.elts if isinstance(given, ast.List | ast.Tuple) else [given]
    for one in items:
        holder = value_of(view, module, one)
        if (
            isinstance(holder, ast.Call)
            and isinstance(holder.func, ast.Attribute)
            and holder.func.attr == "get"
        ):
            holder = holder.func.value
        elif isinstance(holder, ast.Subscript):
            holder = holder.value
        header = value_of(view, module, holder)
        if isinstance(header, ast.Call) and view.name(module, header.func) in HEADERS:
            return True
    return False
