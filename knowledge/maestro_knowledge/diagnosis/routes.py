"""The routes of one file, with the prefixes that the same file gives, and how a request meets them."""

import ast
import re

from maestro_knowledge.diagnosis.model import RouteFact
from maestro_knowledge.diagnosis.syntax import calls, functions, keyword, last_name, route_calls, text_of

MAX_ROUTES = 500

_NUMBER = re.compile(r"\d{1,40}(?:\.\d{1,40})?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def read_routes(tree: ast.Module, file: str = "") -> tuple[RouteFact, ...]:
    """Every route that the file declares by decorator, in its order."""
    own, included = _prefixes(tree)
    rows: list[RouteFact] = []
    for function in sorted(functions(tree), key=lambda item: item.lineno):
        for decorator, method, path in route_calls(function):
            name = last_name(decorator.func.value) if isinstance(decorator.func, ast.Attribute) else ""
            full = included.get(name, "") + own.get(name, "") + path
            rows.append(RouteFact(method, full or "/", function.name, file, decorator.lineno))
    return tuple(rows[:MAX_ROUTES])


def matches(template: str, path: str) -> bool:
    """Whether a path template takes the path, converters included."""
    wanted, given = template.split("/"), path.split("/")
    for number, segment in enumerate(wanted):
        if number >= len(given):
            return False
        if ":path}" in segment:
            return True
        if not _takes(segment, given[number]):
            return False
    return len(wanted) == len(given)


def _takes(segment: str, given: str) -> bool:
    """Whether one segment of a template takes one of a path."""
    before, hole, rest = segment.partition("{")
    if not hole:
        return segment == given
    name, _, after = rest.rpartition("}")
    if len(given) <= len(before) + len(after) or not (given.startswith(before) and given.endswith(after)):
        return False
    value = given[len(before) : len(given) - len(after)]
    converter = name.partition(":")[2]
    if converter == "int":
        return value.isdecimal()
    if converter == "float":
        return _NUMBER.fullmatch(value) is not None
    return converter != "uuid" or _UUID.fullmatch(value) is not None


def is_dynamic(template: str) -> bool:
    """Whether the template has a placeholder."""
    return "{" in template


def _prefixes(tree: ast.Module) -> tuple[dict[str, str], dict[str, str]]:
    """The prefix each router has by itself, and the one it is included with."""
    own: dict[str, str] = {}
    included: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            names = node.targets if last_name(node.value.func) == "APIRouter" else []
            own.update((last_name(name), text_of(keyword(node.value, "prefix"))) for name in names)
    for call in calls(tree, "include_router"):
        if call.args:
            included[last_name(call.args[0])] = text_of(keyword(call, "prefix"))
    return own, included
