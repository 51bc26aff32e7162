"""What is written in source: plain values, names with dots, the members of a union."""

import ast
from collections.abc import Iterator
from typing import Any


class Unknown:
    """A value that is not written down."""


UNKNOWN = Unknown()


def read_plain(node: ast.expr) -> Any:
    """The value of a literal, or of a decimal number made from one; `UNKNOWN` for anything else."""
    if isinstance(node, ast.Call) and read_dotted(node.func).endswith("Decimal") and len(node.args) == 1:
        node = node.args[0]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return UNKNOWN


def list_options(node: ast.expr) -> Iterator[ast.expr]:
    """The types that `|` joins."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from list_options(node.left)
        yield from list_options(node.right)
    else:
        yield node


def read_dotted(node: ast.expr) -> str:
    """A name with its dots; empty for what is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
