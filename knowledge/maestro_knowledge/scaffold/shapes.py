"""What a field holds, once checked: types, limits, choices, nesting."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.scaffold.vocabulary import NESTED

Number = int | float | Decimal
Choice = bool | int | float | str


class _Nothing:
    """The default of a field that has none; None would be a default."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Limits:
    """The constraints of one value; what is None is not limited."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    ge: Number | None = None
    gt: Number | None = None
    le: Number | None = None
    lt: Number | None = None
    multiple_of: Number | None = None
    max_digits: int | None = None
    decimal_places: int | None = None

    def as_keywords(self) -> dict[str, Any]:
        """What is limited, by the names that Pydantic's `Field` has for it."""
        names = self.__dataclass_fields__
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a value with its limits; `class_name` is the enum or model that spells it in code."""

    type: str
    limits: Limits = Limits()
    values: tuple[Choice, ...] = ()
    items: "Shape | None" = None
    fields: "tuple[Field, ...]" = ()
    class_name: str = ""
    has_fixed_places: bool = False

    @property
    def is_nested(self) -> bool:
        """Whether a database keeps the value as JSON."""
        return self.type in NESTED or (self.type == "literal" and len({type(v) for v in self.values}) > 1)

    def walk(self) -> "Iterator[Shape]":
        """This shape and every one inside it, the innermost first."""
        if self.items is not None:
            yield from self.items.walk()
        for field in self.fields:
            yield from field.shape.walk()
        yield self


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `wire` is its name in JSON, `attribute` the one in Python."""

    wire: str
    attribute: str
    shape: Shape
    required: bool = True
    nullable: bool = False
    default: Any = NOTHING
    description: str = ""
    examples: tuple[Any, ...] = ()
    unique: bool = False
    read_only: bool = False
    write_only: bool = False
    is_fixed: bool = False
    """Whether it stays what it was made with: PATCH does not know it."""

    @property
    def has_default(self) -> bool:
        """Whether a value stands in where none was sent."""
        return self.default is not NOTHING

    @property
    def may_be_null(self) -> bool:
        """Whether a stored value can be null: sent as null, or left out without a default."""
        return self.nullable or (not self.required and not self.has_default)

    @property
    def has_alias(self) -> bool:
        """Whether Python calls it something else than JSON does."""
        return self.wire != self.attribute


def name_classes(fields: tuple[Field, ...], taken: set[str]) -> tuple[Field, ...]:
    """The fields with every class that spells one named differently from all others."""
    return tuple(replace(field, shape=_name_class(field.shape, taken)) for field in fields)


def _name_class(shape: Shape, taken: set[str]) -> Shape:
    if shape.type not in {"enum", "object", "list", "dict"}:
        return shape
    name = shape.class_name
    if shape.type in {"enum", "object"}:
        number = 1
        while name in taken:
            number += 1
            name = f"{shape.class_name}Value{number if number > 2 else ''}"
        taken.add(name)
    items = _name_class(shape.items, taken) if shape.items is not None else None
    return replace(shape, class_name=name, items=items, fields=name_classes(shape.fields, taken))
