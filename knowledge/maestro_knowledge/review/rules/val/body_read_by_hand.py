"""A path operation reads its body from the request by hand."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.val._bodies import (
    PARSERS,
    is_taken_apart,
    name_of_value,
    request_reads,
    uses_of,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="VAL302", name="body-read-by-hand", severity="warning", umbrella=("API004",))

_VALIDATORS = frozenset({"model_validate_json", "parse_raw", "validate_json"})
# Who checks a signature needs the bytes as they came.
_SIGNED = Pattern(r"hmac|signature|construct_event|digest|checksum", re.IGNORECASE)
_KEYS = Pattern(r"secret|headers|_key\b", re.IGNORECASE)
# Any key may be there: what a form of unknown fields is read with.
_OPEN = frozenset({"items", "multi_items", "keys", "values"})
NEEDS = Needs(words=frozenset({"json", "body", "form"}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each body that is read from the request where a parameter could declare it."""
    if not view.is_handler(function) and not view.is_dependency(function):
        return
    reads = list(request_reads(view, function))
    if not reads or _needs_raw(view, function, reads):
        return
    for node, method in reads:
        if method == "body" and not _is_parsed(view, function, node):
            continue
        yield Report(
            function.module,
            node,
            f"`{function.name}` reads its body with `request.{method}()`: nothing says what is in it.",
            subject=method,
            severity="info" if _is_passed_on(view, function, node, method) else None,
        )


def _needs_raw(view: View, function: Function, reads: list[tuple[ast.Call, str]]) -> bool:
    """Whether it checks a signature, tells content types apart, or stands for every path."""
    if any(":path}" in (route.path or "") for route in view.routes(function)):
        return True
    operations = view.operations(function)
    if any("GET" in operation.methods for operation in operations):
        return True  # a parameter for the body would be one of requests that have none
    if any(_SIGNED.search(one.name) for operation in operations for one in operation.parameters):
        return True
    for node in function.scope.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.lower() in {"content-type", "content_type"} or "signature" in node.value.lower():
                return True
        elif isinstance(node, ast.Call) and _SIGNED.search(ast.unparse(node.func)):
            return True
    if any(_is_verified(view, function, node) for node, _ in reads):
        return True
    return any(_checks_signature(operation_dependency) for operation_dependency in _guards(view, function))


def _is_verified(view: View, function: Function, node: ast.Call) -> bool:
    """Whether something verifies the body, by its name or by getting headers or a secret with it."""
    name = name_of_value(view, node)
    for use in [node, *(uses_of(function, name) if name else ())]:
        above = view.parent(use)
        while isinstance(above, ast.Await):
            above = view.parent(above)
        if isinstance(above, ast.Call):
            beside = " ".join(ast.unparse(one) for one in above.args if one is not use)
            if "verify" in ast.unparse(above.func).lower() or _KEYS.search(beside):
                return True
    return False


def _guards(view: View, function: Function) -> Iterator[str]:
    """The names of what the path operations of the function depend on."""
    for route in view.routes(function):
        yield from (dependency.name for dependency in route.dependencies)
        yield from (one.dependency.name for one in route.parameters if one.dependency is not None)


def _checks_signature(name: str) -> bool:
    return _SIGNED.search(name.rpartition(".")[2]) is not None


def _is_parsed(view: View, function: Function, node: ast.Call) -> bool:
    """Whether the bytes become JSON, here or by way of a name."""
    name = name_of_value(view, node)
    values = [*uses_of(function, name)] if name else []
    return any(_goes_into_parser(view, function, one) for one in [node, *values])


def _goes_into_parser(view: View, function: Function, node: ast.AST) -> bool:
    above = view.parent(node)
    while isinstance(above, ast.Await | ast.Attribute | ast.Call):
        if isinstance(above, ast.Call):
            called = view.name(function.module, above.func)
            if called in PARSERS or getattr(above.func, "attr", "") in _VALIDATORS:
                return True
        above = view.parent(above)
    return False


def _is_passed_on(view: View, function: Function, node: ast.Call, method: str) -> bool:
    name = name_of_value(view, node)
    if not name:
        above = view.parent(view.parent(node) or node)
        return not isinstance(above, ast.Subscript | ast.Attribute | ast.keyword)
    if method == "form" and _is_open_form(view, function, name):
        return True
    return not is_taken_apart(view, function, name)


def _is_open_form(view: View, function: Function, name: str) -> bool:
    above = [view.parent(use) for use in uses_of(function, name)]
    return any(isinstance(one, ast.Attribute) and one.attr in _OPEN for one in above)
