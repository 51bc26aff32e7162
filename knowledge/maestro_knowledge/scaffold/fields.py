"""From the fields of a request to checked fields."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from maestro_knowledge.core.text import clean, quote
from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.adapters import find_fault, make_adapter
from maestro_knowledge.scaffold.limits import read_limits
from maestro_knowledge.scaffold.names import cut_words, is_wire_name, make_attribute, split_words
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import ElementPart, FieldPart
from maestro_knowledge.scaffold.samples import make_samples
from maestro_knowledge.scaffold.shapes import NOTHING, Choice, Field, Shape, name_classes

CLASS_SUFFIXES = (
    *("Create", "Update", "Read", "Page", "ListParams", "Repository", "Service", "Id", "Record"),
    *(
        "Event",
        "Line",
        "Settings",
        "Document",
        "Job",
        "Run",
        "Input",
        "Result",
        "Message",
        "Store",
        "Gateway",
        "Error",
    ),
)
UNIQUE_SAMPLES = 6
_NAME_RULE = f"use ASCII letters, digits, `_` and `-`, a letter first, at most {60} characters"


def read_fields(parts: Sequence[FieldPart], where: str, stem: str, refusals: Refusals) -> tuple[Field, ...]:
    """The checked fields; names that become one in Python are refused together."""
    fields: list[Field] = []
    seen: dict[str, str] = {}
    for number, part in enumerate(parts):
        place = f"{where}[{number}]" + (f" ({part.name})" if is_wire_name(part.name) else "")
        if not is_wire_name(part.name):
            refusals.add(f"{where}[{number}].name", f"{quote(part.name)} is not a field name", _NAME_RULE)
            continue
        attribute = make_attribute(part.name)
        if attribute in seen:
            refusals.add(
                place, f"is the same name in Python as {quote(seen[attribute])}", "rename one of the two"
            )
            continue
        seen[attribute] = part.name
        field = _read_field(part, attribute, place, stem, refusals)
        if field is not None:
            fields.append(field)
    return name_classes(tuple(fields), {f"{stem}{suffix}" for suffix in CLASS_SUFFIXES})


def _read_field(part: FieldPart, attribute: str, where: str, stem: str, refusals: Refusals) -> Field | None:
    before = len(refusals)
    class_name = stem + "".join(word.capitalize() for word in cut_words(split_words(part.name)))
    shape = _read_shape(part, where, class_name, 1, refusals)
    has_default = part.default is not None
    required = (part.required is not False) and not has_default
    field = Field(
        wire=part.name,
        attribute=attribute,
        shape=shape,
        required=required,
        nullable=part.nullable,
        default=part.default if has_default else (None if part.nullable and not required else NOTHING),
        description=clean(part.description).strip(),
        examples=tuple(part.examples),
        unique=part.constraints.unique,
        read_only=part.read_only,
        write_only=part.write_only,
    )
    if len(refusals) > before:
        return None
    field = _bound_unique(field)
    _check_roles(field, where, refusals)
    _check_values(field, where, refusals)
    return field


def _bound_unique(field: Field) -> Field:
    if field.unique and field.shape.type in words.TEXTUAL:
        return bound_text(field)
    return field


def bound_decimal(field: Field) -> Field:
    """The field with as many digits as a column is given."""
    limits = field.shape.limits
    if field.shape.type != "decimal":
        return field
    digits = limits.max_digits or max(18, limits.decimal_places or 0)
    places = limits.decimal_places if limits.decimal_places is not None else min(4, digits)
    limits = dataclasses.replace(limits, max_digits=digits, decimal_places=places)
    return dataclasses.replace(field, shape=dataclasses.replace(field.shape, limits=limits))


def bound_text(field: Field, longest: int = 255) -> Field:
    """The field with a longest length: an index (and a query) cannot take text without end."""
    limits = field.shape.limits
    if field.shape.type not in {"string", "text", "url"} or limits.max_length is not None:
        return field
    limits = dataclasses.replace(limits, max_length=max(longest, limits.min_length or 0))
    return dataclasses.replace(field, shape=dataclasses.replace(field.shape, limits=limits))


def _read_shape(part: ElementPart, where: str, class_name: str, depth: int, refusals: Refusals) -> Shape:
    if depth > words.MAX_NESTING:
        refusals.add(where, "is nested too deep", f"keep it to {words.MAX_NESTING} levels")
        return Shape(part.type)
    limits = read_limits(part.constraints, part.type, where, refusals)
    values = _read_values(part, where, refusals)
    items = _read_items(part, where, class_name, depth, refusals)
    fields: tuple[Field, ...] = ()
    if part.type == "object":
        if not part.fields:
            refusals.add(where, "is an object without fields", "give `fields`, or use dict")
        fields = _read_inner(part, where, class_name, depth, refusals)
    elif part.fields:
        refusals.add(f"{where}.fields", f"a {part.type} has no fields of its own", "use object")
    return Shape(part.type, limits, values, items, fields, class_name, limits.decimal_places is not None)


def _read_inner(
    part: ElementPart, where: str, stem: str, depth: int, refusals: Refusals
) -> tuple[Field, ...]:
    if depth >= words.MAX_NESTING:
        refusals.add(where, "is nested too deep", f"keep it to {words.MAX_NESTING} levels")
        return ()
    fields: list[Field] = []
    seen: set[str] = set()
    for number, inner in enumerate(part.fields):
        place = f"{where}.fields[{number}]"
        if not is_wire_name(inner.name):
            refusals.add(f"{place}.name", f"{quote(inner.name)} is not a field name", _NAME_RULE)
            continue
        attribute = make_attribute(inner.name)
        if attribute in seen:
            refusals.add(place, "is there twice in Python's spelling", "rename one of the two")
        if inner.read_only or inner.write_only or inner.constraints.unique:
            refusals.add(
                place, "read_only, write_only and unique are for fields of the resource itself", "drop them"
            )
        seen.add(attribute)
        name = stem + "".join(word.capitalize() for word in cut_words(split_words(inner.name)))
        before = len(refusals)
        shape = _read_shape(inner, place, name, depth + 1, refusals)
        if len(refusals) > before:
            continue
        given = inner.default is not None
        required = inner.required is not False and not given
        field = Field(
            inner.name,
            attribute,
            shape,
            required=required,
            nullable=inner.nullable or (not required and not given),
            default=inner.default if given else (None if not required else NOTHING),
            description=clean(inner.description).strip(),
            examples=tuple(inner.examples),
        )
        _check_values(field, place, refusals)
        fields.append(field)
    return tuple(fields)


def _read_items(
    part: ElementPart, where: str, class_name: str, depth: int, refusals: Refusals
) -> Shape | None:
    if part.type not in {"list", "dict"}:
        if part.items is not None:
            refusals.add(f"{where}.items", f"a {part.type} has no items", "use list or dict")
        return None
    if part.items is None:
        return Shape("string") if part.type == "list" else None
    if part.items.constraints.unique:
        refusals.add(f"{where}.items", "unique is for fields of the resource itself", "drop it")
    return _read_shape(part.items, f"{where}.items", f"{class_name}Item", depth + 1, refusals)


def _read_values(part: ElementPart, where: str, refusals: Refusals) -> tuple[Choice, ...]:
    if part.type not in words.CHOSEN:
        if part.values:
            refusals.add(f"{where}.values", f"a {part.type} takes no list of values", "use enum or literal")
        return ()
    if not part.values:
        refusals.add(f"{where}.values", f"a {part.type} needs its values", "give at least one")
    kept: list[Choice] = []
    for value in part.values:
        if any(value == other and type(value) is type(other) for other in kept):
            refusals.add(f"{where}.values", f"{quote(str(value))} is there twice", "drop one")
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) > words.MAX_INTEGER):
            refusals.add(
                f"{where}.values", f"{quote(str(value))} cannot be a literal", "use strings or integers"
            )
        elif isinstance(value, str) and (not value.isprintable() or not 0 < len(value) <= 200):
            refusals.add(
                f"{where}.values", f"{quote(value)} is not plain text", "1 to 200 printable characters"
            )
        else:
            kept.append(value)
    if part.type == "enum" and any(not isinstance(value, str) for value in kept):
        refusals.add(f"{where}.values", "an enum holds strings", "use literal for numbers and booleans")
    return tuple(kept)


def _check_roles(field: Field, where: str, refusals: Refusals) -> None:
    if field.read_only and field.write_only:
        refusals.add(where, "is both read_only and write_only", "choose one")
    if field.read_only and not field.has_default and not field.nullable:
        refusals.add(where, "is read_only, so nobody sends it", "give a `default`, or make it nullable")
    if field.unique and field.read_only:
        refusals.add(where, "is read_only and unique, so every row would hold its default", "drop one")
    if field.unique and field.has_default and field.default is not None:
        refusals.add(where, "is unique with a default, so the second row would clash", "drop the default")
    if field.unique and field.shape.type not in words.SCALAR - {"boolean", "enum", "literal"}:
        refusals.add(
            where, f"a {field.shape.type} cannot be unique", "unique is for text, numbers, dates and uuids"
        )


def _check_values(field: Field, where: str, refusals: Refusals) -> None:
    try:
        adapter = make_adapter(field.shape)
    except (TypeError, ValueError, RuntimeError) as error:
        refusals.add(f"{where}.constraints", clean(str(error))[:200] or "cannot be built", "correct them")
        return
    for name, values in (("default", _given(field)), ("examples", list(field.examples))):
        for value in values:
            if value is None and field.nullable:
                continue
            if fault := find_fault(adapter, value):
                refusals.add(f"{where}.{name}", f"{quote(str(value))} does not fit", fault)
            elif not _is_plain(value):
                refusals.add(
                    f"{where}.{name}", "holds text that cannot be written down", "use printable text"
                )
    wanted = UNIQUE_SAMPLES if field.unique else 1
    found = make_samples(field, wanted)
    if not found:
        _add_unmatched(field, where, refusals)
    elif len(found) < wanted:
        refusals.add(
            where,
            f"is unique, but only {len(found)} different values are in sight",
            f"give {wanted} examples",
        )


def _add_unmatched(field: Field, where: str, refusals: Refusals) -> None:
    has_pattern = any(shape.limits.pattern for shape in field.shape.walk())
    mend = "give `examples` that match the pattern" if has_pattern else "widen them"
    refusals.add(f"{where}.constraints", "no value in sight meets them all", mend)


def _given(field: Field) -> list[Any]:
    return [field.default] if field.has_default and field.default is not None else []


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return clean(value) == value
    if isinstance(value, dict):
        return all(_is_plain(key) and _is_plain(inner) for key, inner in value.items())
    return all(_is_plain(inner) for inner in value) if isinstance(value, list) else True
