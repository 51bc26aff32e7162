"""Pydantic's own verdict on values: defaults and examples are judged by what will judge them later."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    EmailStr,
    FiniteFloat,
    HttpUrl,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic import Field as PydanticField
from pydantic_core import PydanticUndefined, SchemaError

from maestro_knowledge.scaffold.shapes import Field, Shape

_URL = TypeAdapter(HttpUrl)


def _check_url(value: str) -> str:
    _URL.validate_python(value)
    return value


def _to_utc(value: dt.datetime) -> dt.datetime:
    return (value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value).astimezone(dt.UTC)


def _drop_zone(value: dt.time) -> dt.time:
    return value.replace(tzinfo=None)


_TYPES: dict[str, Any] = {
    "string": str,
    "text": str,
    "integer": int,
    "number": FiniteFloat,
    "decimal": Decimal,
    "boolean": bool,
    "date": dt.date,
    "datetime": Annotated[dt.datetime, AfterValidator(_to_utc)],
    "time": Annotated[dt.time, AfterValidator(_drop_zone)],
    "uuid": UUID,
    "email": EmailStr,
    "url": Annotated[str, PydanticField(max_length=2083), AfterValidator(_check_url)],
}


def make_adapter(shape: Shape) -> TypeAdapter[Any]:
    """What judges values of this shape."""
    return TypeAdapter(_annotation(shape))


def is_valid(adapter: TypeAdapter[Any], value: Any) -> bool:
    """Whether the value would be accepted."""
    try:
        adapter.validate_python(value)
    except (ValidationError, OverflowError):
        return False
    return True


def to_json(adapter: TypeAdapter[Any], value: Any) -> Any:
    """The value as the API will answer it: times in UTC, decimals as text."""
    return adapter.dump_python(adapter.validate_python(value), mode="json", by_alias=True)


def find_fault(adapter: TypeAdapter[Any], value: Any) -> str:
    """Why the value is refused, in Pydantic's words, or nothing."""
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return str(first["msg"])[:200]
    except OverflowError:
        return "The value is out of range"
    return ""


def find_pattern_fault(pattern: str) -> str:
    """Why Pydantic's regular-expression engine refuses the pattern, or nothing."""
    try:
        TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
    except SchemaError as error:
        return str(error).strip().splitlines()[-1].strip()[:200]
    return ""


def _annotation(shape: Shape) -> Any:
    if shape.type in {"enum", "literal"}:
        return Literal[shape.values]
    if shape.type == "list":
        inner: Any = list[_annotation(shape.items)] if shape.items else list[str]  # type: ignore[misc]
    elif shape.type == "dict":
        inner = dict[str, _annotation(shape.items)] if shape.items else dict[str, JsonValue]  # type: ignore[misc]
    elif shape.type == "object":
        inner = _model(shape.fields)
    else:
        inner = _TYPES[shape.type]
    limits = shape.limits.as_keywords()
    return Annotated[inner, PydanticField(**limits)] if limits else inner


def _model(fields: tuple[Field, ...]) -> Any:
    members: dict[str, Any] = {}
    for number, field in enumerate(fields):
        inner = _annotation(field.shape)
        default = PydanticUndefined if field.required else (field.default if field.has_default else None)
        optional = inner | None if field.nullable else inner
        members[f"field_{number}"] = (optional, PydanticField(default, alias=field.wire))
    return create_model("Part", **members)
