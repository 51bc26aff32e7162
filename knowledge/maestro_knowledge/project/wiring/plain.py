"""What a value is in plain Python: text, truth, a list, a dictionary."""

import ast
from typing import TYPE_CHECKING

from maestro_knowledge.project.wiring.values import (
    UNKNOWN,
    Known,
    Listed,
    Mapped,
    Referred,
    Value,
    Wired,
    Written,
)

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring

LONGEST = 500
_TEXT_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "removeprefix", "removesuffix"}
    | {"format"}
)
LONGEST_TEXT = 10_000
_FALSE = frozenset({"typing.TYPE_CHECKING"})


def text_of(value: Value | None) -> str | None:
    """The text that a value is, if it is one."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def truth(value: Value) -> bool | None:
    """Whether a value is true; None if that is not known."""
    if isinstance(value, Known):
        return bool(value.value) if value.is_certain else None
    if isinstance(value, Wired):
        return True
    if isinstance(value, Listed) and value.is_whole:
        return bool(value.items)
    if isinstance(value, Referred) and value.target.name in _FALSE:
        return False
    return None


def as_list(wiring: "Wiring", value: Value) -> Listed | None:
    """A value as a list, if it is one."""
    if isinstance(value, Written) and isinstance(value.node, (ast.List, ast.Tuple, ast.Set)):
        value = wiring.evaluate(value.node, value.environment)
    return value if isinstance(value, Listed) else None


def as_map(wiring: "Wiring", value: Value) -> Mapped | None:
    """A value as a dictionary, if it is one."""
    if (
        not isinstance(value, Written)
        or not isinstance(value.node, ast.Dict)
        or len(value.node.keys) > LONGEST
    ):
        return value if isinstance(value, Mapped) else None
    node, environment = value.node, value.environment
    if any(key is None for key in node.keys):
        return None
    return Mapped(
        [
            (wiring.evaluate(key, environment), wiring.evaluate(item, environment))
            for key, item in zip(node.keys, node.values, strict=True)
            if key is not None
        ]
    )


def text_method(text: str, name: str, arguments: list[str | None]) -> Value:
    """What a method of a text gives."""
    if name not in _TEXT_METHODS or any(argument is None for argument in arguments):
        return UNKNOWN
    if name == "format" and "{" in text.replace("{}", ""):
        return UNKNOWN
    if len(text) * max(1, *(len(argument or "") for argument in arguments), 1) > LONGEST_TEXT:
        return UNKNOWN
    try:
        return Known(getattr(text, name)(*arguments))
    except (TypeError, IndexError, ValueError):
        return UNKNOWN
