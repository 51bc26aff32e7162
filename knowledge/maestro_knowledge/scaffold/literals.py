"""Values and text of the user's as Python source: encoded, never pasted."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import clean
from maestro_knowledge.scaffold.readable import find_unreadable, imitate, measure

WIDTH = 88

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Group:
    """A bracketed list of parts: a call, a subscript, a list."""

    opening: str
    parts: "tuple[Node, ...]"
    closing: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A part with something before it: `name=` or `"key": `."""

    key: str
    part: "Node"


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the user's."""

    value: str


Node = str | Group | Keyed | Text


def call(name: str, *parts: Node, **keywords: Node) -> Group:
    """The source of a call."""
    return Group(f"{name}(", (*parts, *(Keyed(f"{key}=", part) for key, part in keywords.items())), ")")


def subscript(name: str, *parts: Node) -> Group:
    """The source of a subscript."""
    return Group(f"{name}[", parts, "]")


def lay_out(node: Node, *, column: int = 0, indent: int = 0, width: int = WIDTH) -> str:
    """The source of an expression at `column`: on one line where it fits, else one part a line."""
    flat = _flat(node)
    if column + measure(flat) <= width:
        return flat
    inner = " " * (indent + 4)
    match node:
        case Group(opening, parts, closing) if parts:
            lines = [
                f"{inner}{lay_out(part, column=indent + 5, indent=indent + 4, width=width)},"
                for part in parts
            ]
            return "\n".join([opening, *lines, " " * indent + closing])
        case Keyed(key, part):
            return key + lay_out(part, column=column + len(key), indent=indent, width=width)
        case Text(value):
            pieces = _pieces(value, width - indent - 8)
            if len(pieces) > 1:
                return "\n".join(
                    ["(", *(f"{inner}{quote_text(piece)}" for piece in pieces), " " * indent + ")"]
                )
    return flat


def to_node(value: Any) -> Node:
    """The source of a plain value."""
    match value:
        case str():
            return Text(value)
        case Decimal():
            return (
                f"Decimal({int(value)})"
                if value == int(value) and abs(value) < 10**9
                else f'Decimal("{value}")'
            )
        case float() if not math.isfinite(value):
            raise ValueError("only finite numbers can be written down")
        case None | bool() | int() | float():
            return repr(value)
        case Mapping():
            return Group(
                "{",
                tuple(Keyed(f"{quote_text(str(key))}: ", to_node(part)) for key, part in value.items()),
                "}",
            )
        case Sequence():
            return Group("[", tuple(to_node(part) for part in value), "]")
    raise TypeError(f"{type(value).__name__} cannot be written down")


def quote_text(text: str) -> str:
    """A string literal for any text: quotes as the formatter likes them, everything odd escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    odd = find_unreadable(text)
    body = "".join(_escape(char, quote, is_odd=place in odd) for place, char in enumerate(text))
    return f"{quote}{body}{quote}"


def quote_pattern(pattern: str) -> str:
    """A string literal for a regular expression, raw where that reads better."""
    raw = "\\" in pattern and '"' not in pattern and not pattern.endswith("\\") and pattern.isascii()
    return f'r"{pattern}"' if raw else quote_text(pattern)


def to_source(value: Any, *, column: int = 0, indent: int = 0, width: int = WIDTH) -> str:
    """The source of a plain value, laid out."""
    return lay_out(to_node(value), column=column, indent=indent, width=width)


def to_sentence(text: str) -> str:
    """Text as the first line of a docstring: one line, harmless in any quotes, with a full stop."""
    line = " ".join(clean(text).split()).replace("\\", "/").replace('"', "'")
    return f"{imitate(line).rstrip(' .!?') or 'As its name says'}."


def to_docstring(text: str, *, indent: int = 0, width: int = WIDTH) -> str:
    """Text between triple quotes: one line where it fits, else a short first line and the whole below it."""
    line = to_sentence(text)
    line = f"{line[0].upper() if line[0].isascii() else line[0]}{line[1:]}"
    room = width - indent - 6
    if measure(line) <= room:
        return line
    margin = " " * indent
    # Wide characters take two columns: as many fewer fit.
    room, width = (limit * len(line) // measure(line) for limit in (room, width))
    head = textwrap.shorten(line, room - 1, placeholder="") or line[: room - 1]
    clause = max(head.rfind(mark) for mark in ("; ", ": ", ". "))
    head = head[:clause] if clause > room // 4 else head
    body = textwrap.fill(line, width, initial_indent=margin, subsequent_indent=margin)
    return f"{head.rstrip(' ,;:.!?-')}.\n\n{body}\n{margin}"


def _escape(char: str, quote: str, *, is_odd: bool) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == quote:
        return f"\\{char}"
    if not is_odd:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _flat(node: Node) -> str:
    match node:
        case Group(opening, parts, closing):
            return opening + ", ".join(map(_flat, parts)) + closing
        case Keyed(key, part):
            return key + _flat(part)
        case Text(value):
            return quote_text(value)
    return node


def _pieces(text: str, width: int) -> list[str]:
    """The text cut where its words end, so that each piece's literal fits; joined, they are the text."""
    longest = max(width * len(text) // max(measure(text), 1), 20)
    wrapper = textwrap.TextWrapper(
        width=longest,
        drop_whitespace=False,
        replace_whitespace=False,
        expand_tabs=False,
        break_on_hyphens=False,
    )
    pieces = [piece for line in text.splitlines(keepends=True) for piece in wrapper.wrap(line) or [line]]
    short: list[str] = []
    for piece in pieces:
        rest = piece
        while measure(quote_text(rest)) > width and len(rest) > 1:
            cut = max(1, width * len(rest) // measure(quote_text(rest)) - 4)
            short.append(rest[:cut])
            rest = rest[cut:]
        short.append(rest)
    return short if "".join(short) == text else [text]
