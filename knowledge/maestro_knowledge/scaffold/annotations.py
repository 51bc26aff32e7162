"""How a field is spelled in generated code: its type, its limits, its defaults."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.adapters import make_adapter
from maestro_knowledge.scaffold.literals import (
    Group,
    Keyed,
    Node,
    call,
    lay_out,
    quote_pattern,
    quote_text,
    subscript,
    to_node,
)
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.reserved import KEYWORDS
from maestro_knowledge.scaffold.shapes import Choice, Field, Limits, Shape

_PLAIN = {
    "string": "str",
    "text": "str",
    "integer": "int",
    "number": "FiniteFloat",
    "decimal": "Decimal",
    "boolean": "bool",
    "date": "dt.date",
    "datetime": "Instant",
    "time": "WallTime",
    "uuid": "UUID",
    "email": "EmailStr",
    "url": "WebUrl",
}
_STORED = {
    **_PLAIN,
    "number": "float",
    "datetime": "dt.datetime",
    "time": "dt.time",
    "email": "str",
    "url": "str",
}
_NO_MEMBERS = KEYWORDS | {"mro", "name", "value", "_generate_next_value_"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the storage adds to types: 64-bit integers, text without NUL, decimals as a column has them."""

    bounded_integers: bool = False
    plain_text: bool = False
    column_decimals: bool = False


def spell_type(shape: Shape, dialect: Dialect) -> Node:
    """The type of a value in a schema, its own limits included where it is inside another."""
    if is_enum(shape):
        return shape.class_name
    if shape.type in {"enum", "literal"}:
        return subscript("Literal", *(to_node(value) for value in shape.values))
    if shape.type == "list":
        return subscript("list", _spell_inner(shape.items or Shape("string"), dialect))
    if shape.type == "dict":
        key = "PlainText" if dialect.plain_text else "str"
        return subscript("dict", key, _spell_inner(shape.items, dialect) if shape.items else _json(dialect))
    if shape.type == "object":
        return shape.class_name
    if shape.type == "integer" and dialect.bounded_integers:
        return "BigInt"
    if shape.type in {"string", "text"} and dialect.plain_text and shape.limits.pattern is None:
        return "PlainText"
    return _PLAIN[shape.type]


def _json(dialect: Dialect) -> str:
    return "PlainJson" if dialect.plain_text else "JsonValue"


def _spell_inner(shape: Shape, dialect: Dialect) -> Node:
    inner = spell_type(shape, dialect)
    parts = [*_limit_parts(shape, dialect)]
    return subscript("Annotated", inner, *parts) if parts else inner


def _limit_parts(shape: Shape, dialect: Dialect, **more: Node) -> list[Node]:
    keywords = {**_limit_keywords(shape.limits), **more}
    multiple = shape.limits.multiple_of
    parts: list[Node] = []
    if isinstance(multiple, Decimal) and multiple != multiple.to_integral_value():
        # Field() is typed for floats, and a float would not be the exact step.
        parts.append(call("MultipleOf", keywords.pop("multiple_of")))
    parts += [call("Field", **keywords)] if keywords else []
    if dialect.plain_text and shape.limits.pattern is not None:
        parts.append("AfterValidator(refuse_nul)")
    return parts


def _limit_keywords(limits: Limits) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, value in limits.as_keywords().items():
        found[name] = quote_pattern(value) if name == "pattern" else to_node(value)
        if name == "multiple_of" and isinstance(value, Decimal) and value == value.to_integral_value():
            found[name] = str(int(value))
    return found


def spell_alias(
    field: Field, dialect: Dialect, description: str, examples: list[Any], **keywords: Node
) -> Node:
    """The annotated type that all schemas share for a field; with keywords, all that a single model says."""
    inner = spell_type(field.shape, dialect)
    if keywords and field.nullable:
        inner = f"{lay_out(inner, width=10_000)} | None"
    parts = _limit_parts(
        field.shape,
        dialect,
        description=to_node(description),
        **({"examples": to_node(examples)} if examples else {}),
        **keywords,
    )
    if field.shape.type == "decimal" and dialect.column_decimals:
        places = field.shape.limits.decimal_places
        fix = f"with_places({places})" if field.shape.has_fixed_places else "strip_zeros"
        parts.append(call("AfterValidator", fix))
    return subscript("Annotated", inner, *parts)


def spell_stored(shape: Shape) -> str:
    """The type of a value as records hold it: plain Python, nested values as dumped."""
    if is_enum(shape):
        return "str"
    if shape.type in {"enum", "literal"}:
        kinds = sorted({type(value).__name__ for value in shape.values})
        return " | ".join(kinds)
    if shape.type == "list":
        return f"list[{spell_stored(shape.items or Shape('string'))}]"
    if shape.type == "dict":
        return f"dict[str, {spell_stored(shape.items) if shape.items else 'Any'}]"
    return "dict[str, Any]" if shape.type == "object" else _STORED[shape.type]


def is_enum(shape: Shape) -> bool:
    """Whether the values can be the members of an enum; otherwise they stay literals."""
    return shape.type == "enum" and enum_members(shape.values) is not None


def enum_members(values: tuple[Choice, ...]) -> dict[str, str] | None:
    """Member name → value, or None where the values give no names, or two the same."""
    members: dict[str, str] = {}
    for value in values:
        name = "_".join(split_words(str(value))).upper()
        if (
            not name.isidentifier()
            or name.lower() in _NO_MEMBERS
            or name in members
            or not str(value).isascii()
        ):
            return None
        members[name] = str(value)
    return members


def spell_default(field: Field) -> Node:
    """The default of a field as the right side of an assignment in a schema."""
    if field.default is None:
        return "None"
    shape = field.shape
    if is_enum(shape):
        return _member(shape, field.default)
    if shape.type in {"list", "dict", "object"}:
        return call("Field", default_factory=_factory(shape, field.default))
    return to_value(shape, field.default)


def to_value(shape: Shape, value: Any) -> Node:
    """The source of a value of a scalar shape, as records hold it."""
    parsed = make_adapter(shape).validate_python(value)
    match parsed:
        case dt.datetime():
            return f"dt.datetime({_numbers(parsed)}, tzinfo=dt.UTC)"
        case dt.date():
            return f"dt.date({parsed.year}, {parsed.month}, {parsed.day})"
        case dt.time():
            return f"dt.time({_clock(parsed)})"
        case UUID():
            return f"UUID({quote_text(str(parsed))})"
    return to_node(parsed)


def _member(shape: Shape, value: Any) -> str:
    members = enum_members(shape.values) or {}
    name = next(name for name, held in members.items() if held == value)
    return f"{shape.class_name}.{name}"


def _factory(shape: Shape, value: Any) -> Node:
    if not value and shape.type in {"list", "dict"}:
        return shape.type
    return Keyed("lambda: ", _spell_value(shape, value))


def _spell_value(shape: Shape, value: Any) -> Node:
    if value is None:
        return "None"
    if is_enum(shape):
        return _member(shape, value)
    if shape.type == "object":
        return call(f"{shape.class_name}.model_validate", to_node(value))
    if shape.type == "list":
        return Group("[", tuple(_spell_value(shape.items or Shape("string"), inner) for inner in value), "]")
    if shape.type == "dict":
        spelled = (
            (key, _spell_value(shape.items, held) if shape.items else to_node(held))
            for key, held in value.items()
        )
        return Group("{", tuple(Keyed(f"{quote_text(key)}: ", held) for key, held in spelled), "}")
    return to_value(shape, value)


def spell_stored_default(field: Field) -> Node:
    """The default of a field as a record holds it."""
    if field.default is None or field.shape.is_nested:
        return to_node(field.default)
    return to_node(field.default) if is_enum(field.shape) else to_value(field.shape, field.default)


def _numbers(value: dt.datetime) -> str:
    parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    while len(parts) > 3 and parts[-1] == 0:
        parts.pop()
    return ", ".join(map(str, parts))


def _clock(value: dt.time) -> str:
    parts = [value.hour, value.minute, value.second, value.microsecond]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return ", ".join(map(str, parts))
