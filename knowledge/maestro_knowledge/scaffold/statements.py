"""What the templates of hand-written SQL are given: columns, indexes, conditions, orders."""

from typing import Any

from maestro_knowledge.scaffold.options import Resource
from maestro_knowledge.scaffold.shapes import Field, Shape

_KINDS = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "time": "time",
    "uuid": "uuid",
    "email": "varchar(320)",
}
_KEYS = {"uuid": "uuid", "integer": "bigint", "string": "varchar(64)"}


def make_statements(resource: Resource) -> dict[str, Any]:
    """The parts of the statements of a resource; every name is one that we made."""
    stamps = ["created_at", "updated_at"] if resource.timestamps else []
    deleted = ["deleted_at"] if resource.soft_delete else []
    columns = [*(item.attribute for item in resource.fields), *stamps, *deleted]
    inserted = columns if resource.id_type == "integer" else ["id", *columns]
    wanted = [f"params.{item.attribute}" for item in resource.filters]
    return {
        "table": _table(resource, stamps, deleted),
        "indexes": _indexes(resource),
        "columns": columns,
        "inserted": inserted,
        "insert_marks": ", ".join(f"${number}" for number in range(1, len(inserted) + 1)),
        "changes": [f'"{name}" = ${number}' for number, name in enumerate(columns, 2)],
        "filters": _filters(resource),
        "wanted": "".join(f"{one}, " for one in wanted).rstrip(),
        "wanted_list": wanted,
        "orders": _orders(resource),
        "following": _following(resource),
    }


def spell_column(shape: Shape) -> str:
    """The column type of a value in PostgreSQL."""
    limits = shape.limits
    if shape.is_nested:
        return "jsonb"
    if shape.type in {"string", "url"} and (limits.max_length or shape.type == "url"):
        return f"varchar({limits.max_length or 2083})"
    if shape.type == "string":
        return "text"
    if shape.type == "decimal":
        return f"numeric({limits.max_digits}, {limits.decimal_places})"
    if shape.type in {"enum", "literal"}:
        if isinstance(shape.values[0], str):
            return f"varchar({max(len(str(value)) for value in shape.values)})"
        return "boolean" if isinstance(shape.values[0], bool) else "bigint"
    return _KINDS[shape.type]


def _table(resource: Resource, stamps: list[str], deleted: list[str]) -> list[str]:
    identity = " GENERATED ALWAYS AS IDENTITY" if resource.id_type == "integer" else ""
    lines = [f'"id" {_KEYS[resource.id_type]}{identity} PRIMARY KEY']
    for item in resource.fields:
        null = "" if item.may_be_null else " NOT NULL"
        unique = " UNIQUE" if item.unique and not resource.soft_delete else ""
        lines.append(f'"{item.attribute}" {spell_column(item.shape)}{null}{unique}')
    lines += [f'"{name}" timestamptz NOT NULL' for name in stamps]
    return [*lines, *(f'"{name}" timestamptz' for name in deleted)]


def _indexes(resource: Resource) -> list[str]:
    table = resource.request.names.attributes
    lines: list[str] = []
    listed = {item.wire for item in resource.filters} | set(resource.sorts)
    for item in resource.fields:
        name = item.attribute
        if item.unique and resource.soft_delete:
            lines.append(
                f'CREATE UNIQUE INDEX IF NOT EXISTS "{f"uq_{table}_{name}"[:63]}"\n'
                f'    ON "{table}" ("{name}") WHERE "deleted_at" IS NULL'
            )
        elif item.wire in listed and not item.unique and "list" in resource.operations:
            lines.append(
                f'CREATE INDEX IF NOT EXISTS "{f"ix_{table}_{name}"[:63]}"\n    ON "{table}" ("{name}")'
            )
    return lines


def _filters(resource: Resource) -> list[str]:
    return [
        f'(${number}::{_bare(item)} IS NULL OR "{item.attribute}" = ${number})'
        for number, item in enumerate(resource.filters, 1)
    ]


def _bare(item: Field) -> str:
    return spell_column(item.shape).split("(", 1)[0]


def _orders(resource: Resource) -> list[tuple[str, str]]:
    found = [("", 'ORDER BY "id"')]
    attributes = _attributes(resource)
    for name in resource.sorts:
        column = attributes[name]
        found += [
            (name, f'ORDER BY "{column}" ASC NULLS LAST, "id" ASC'),
            (f"-{name}", f'ORDER BY "{column}" DESC NULLS FIRST, "id" DESC'),
        ]
    return found


def _following(resource: Resource) -> list[tuple[str, str]]:
    """The rows behind a position: a value and a key, compared as a pair."""
    number = len(resource.filters) + 2
    key = _KEYS[resource.id_type].split("(", 1)[0]
    found = [("", f'AND "id" > ${number}::{key}')]
    attributes = _attributes(resource)
    kinds = {item.wire: _bare(item) for item in resource.fields if not item.shape.is_nested}
    kinds |= {"created_at": "timestamptz", "updated_at": "timestamptz", "id": key}
    for name in resource.sorts:
        pair = f'("{attributes[name]}", "id")'
        values = f"(${number}::{kinds[name]}, ${number + 1}::{key})"
        found += [(name, f"AND {pair} > {values}"), (f"-{name}", f"AND {pair} < {values}")]
    return found


def _attributes(resource: Resource) -> dict[str, str]:
    stamps = {name: name for name in ("created_at", "updated_at", "id")}
    return stamps | {item.wire: item.attribute for item in resource.fields}
