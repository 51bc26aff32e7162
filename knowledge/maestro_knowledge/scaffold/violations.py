"""Values that a field must refuse, so that generated tests fail when a limit is lost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.adapters import is_valid, make_adapter
from maestro_knowledge.scaffold.literals import Node, lay_out, quote_text, to_node
from maestro_knowledge.scaffold.shapes import Field, Shape
from maestro_knowledge.scaffold.vocabulary import NESTED

LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that is refused: as data and as source."""

    value: Any
    source: str


def find_violations(field: Field, *, bounded_integers: bool) -> list[Violation]:
    """Refused values of a field: of another type, too short, too long, too small, too large."""
    adapter = make_adapter(field.shape)
    found: list[Violation] = []
    for value, source in _candidates(field.shape, bounded_integers):
        outside = bounded_integers and isinstance(value, int) and abs(value) > 2**63
        if not outside and is_valid(adapter, value):
            continue
        text = lay_out(source, width=10_000)
        if text not in [known.source for known in found]:
            found.append(Violation(value, text))
    return found


def _candidates(shape: Shape, bounded_integers: bool) -> Iterator[tuple[Any, Node]]:
    yield from ((value, to_node(value)) for value in _of_another_type(shape))
    limits = shape.limits
    if shape.type in {"string", "text"}:
        yield from _texts(shape)
    elif shape.type in {"email", "url"}:
        yield "not one of these", to_node("not one of these")
        if limits.max_length is not None and limits.max_length <= LONGEST:
            start = "https://example.com/" if shape.type == "url" else ""
            text = start + "x" * limits.max_length + ("" if start else "@example.com")
            yield text, to_node(text) if len(text) < 60 else _long(start, limits.max_length, text)
    elif shape.type in {"integer", "number", "decimal"}:
        yield from ((value, to_node(value)) for value in _numbers(shape))
        if shape.type == "integer" and bounded_integers and limits.le is None and limits.lt is None:
            yield 2**63 + 1, "2**63 + 1"
    elif shape.type in {"enum", "literal"}:
        yield "none of these", to_node("none of these")
    elif shape.type == "list":
        yield from _lists(shape)


def _of_another_type(shape: Shape) -> list[Any]:
    if shape.type == "list":
        return [{}]
    if shape.type in NESTED:
        return [[]]
    return [[], {}]


def _texts(shape: Shape) -> Iterator[tuple[Any, Node]]:
    limits = shape.limits
    if limits.min_length:
        short = "x" * (limits.min_length - 1)
        yield short, to_node(short) if len(short) < 40 else f'"x" * {len(short)}'
    if limits.max_length is not None and limits.max_length <= LONGEST:
        text = "x" * (limits.max_length + 1)
        yield text, to_node(text) if len(text) < 40 else f'"x" * {len(text)}'
    if limits.pattern is not None:
        for text in ("", "\u00a7\u00a7\u00a7", "-", "0", "x", "A b c!"):
            if not is_valid(make_adapter(shape), text):
                yield text, to_node(text)
                break


def _long(start: str, count: int, text: str) -> Node:
    if start:
        return f'{quote_text(start)} + "x" * {count}'
    return f'"x" * {count} + "@example.com"' if text else '""'


def _numbers(shape: Shape) -> list[Any]:
    limits = shape.limits
    found: list[Any] = ["not a number"]
    found += [_json(shape, Decimal(str(bound))) for bound in (limits.gt, limits.lt) if bound is not None]
    if limits.ge is not None:
        found.append(_json(shape, Decimal(str(limits.ge)) - 1))
    if limits.le is not None:
        found.append(_json(shape, Decimal(str(limits.le)) + 1))
    if shape.type == "decimal" and limits.decimal_places is not None:
        found.append("0." + "1" * (limits.decimal_places + 1))
    if shape.type == "decimal" and limits.max_digits is not None:
        found.append("1" * (limits.max_digits + 1))
    if shape.type == "integer":
        found.append(0.5)
    return found


def _json(shape: Shape, value: Decimal) -> Any:
    if shape.type == "integer":
        return int(value)
    return float(value) if shape.type == "number" else format(value, "f")


def _lists(shape: Shape) -> Iterator[tuple[Any, Node]]:
    if shape.limits.min_length:
        yield [], "[]"
    inner = (shape.items or Shape("string")).type
    if inner != "dict":
        yield [{}], "[{}]"
