"""How a field is kept in a table: its column type, nullability, default, index."""

from typing import Any

from maestro_knowledge.scaffold import annotations
from maestro_knowledge.scaffold.literals import Keyed, Node, call, lay_out, quote_text
from maestro_knowledge.scaffold.options import Resource
from maestro_knowledge.scaffold.shapes import Field, Shape
from maestro_knowledge.scaffold.vocabulary import MAX_INDEXED

_KINDS = {
    "text": "Text()",
    "integer": "BigInteger()",
    "number": "Double()",
    "boolean": "Boolean()",
    "date": "Date()",
    "datetime": "UtcDateTime()",
    "time": "Time()",
    "uuid": "Uuid()",
    "email": "String(320)",
}
_PLAIN_IN_SQLMODEL = frozenset({"uuid", "date", "time", "boolean"})


def make_columns(resource: Resource, width: int) -> dict[str, Any]:
    """The lines of a table class, its key and its table-wide arguments."""
    writer = _Writer(resource, width)
    return {
        "key_column": writer.key(),
        "column_lines": (*(writer.column(item) for item in resource.fields), *writer.stamps()),
        "table_args": _partial_indexes(resource),
    }


def spell_kind(shape: Shape) -> str:
    """The column type of a value."""
    limits = shape.limits
    if shape.is_nested:
        return "JsonColumn"
    if shape.type in {"string", "url"} and limits.max_length:
        return f"String({limits.max_length})"
    if shape.type in {"string", "url"}:
        return "Text()" if shape.type == "string" else "String(2083)"
    if shape.type == "decimal":
        return f"ExactDecimal({limits.max_digits}, {limits.decimal_places})"
    if shape.type in {"enum", "literal"}:
        if isinstance(shape.values[0], str):
            return f"String({max(len(str(value)) for value in shape.values)})"
        return "Boolean()" if isinstance(shape.values[0], bool) else "BigInteger()"
    return _KINDS[shape.type]


def column_name(item: Field) -> str:
    """The name of a field's column: the attribute's, without the underscore that Python needs."""
    return item.attribute.rstrip("_")


class _Writer:
    def __init__(self, resource: Resource, width: int) -> None:
        self._resource = resource
        self._width = width
        self._is_sqlmodel = resource.storage == "sqlmodel"
        listed = {item.wire for item in resource.filters} | set(resource.sorts)
        self._indexed = listed if "list" in resource.operations else set()

    def key(self) -> str:
        kind = {"uuid": "UUID", "integer": "int", "string": "str"}[self._resource.id_type]
        factory = {"uuid": "uuid7", "string": "new_key", "integer": ""}[self._resource.id_type]
        if self._is_sqlmodel:
            if kind == "int":
                source = call("Field", default="None", sa_column=call("Column", "BigKey", primary_key="True"))
            else:
                length = {"max_length": "64"} if kind == "str" else {}
                source = call("Field", default_factory=factory, primary_key="True", **length)
        else:
            types = {"UUID": (), "int": ("BigKey",), "str": ("String(64)",)}[kind]
            default: dict[str, Node] = {"default": factory} if factory else {}
            source = call("mapped_column", *types, primary_key="True", **default)
        return self._line("id", kind, source)

    def column(self, item: Field) -> str:
        kind = annotations.spell_stored(item.shape) + (" | None" if item.may_be_null else "")
        if self._is_sqlmodel:
            return self._line(item.attribute, kind, self._sqlmodel(item))
        name: tuple[Node, ...] = (
            (quote_text(column_name(item)),) if column_name(item) != item.attribute else ()
        )
        keywords: dict[str, Node] = {**self._default(item), **self._index(item)}
        return self._line(
            item.attribute, kind, call("mapped_column", *name, spell_kind(item.shape), **keywords)
        )

    def stamps(self) -> list[str]:
        names = ["created_at", "updated_at"] if self._resource.timestamps else []
        lines = [self._stamp(name, "dt.datetime", nullable=False) for name in names]
        if self._resource.soft_delete:
            lines.append(self._stamp("deleted_at", "dt.datetime | None", nullable=True))
        return lines

    def _stamp(self, name: str, kind: str, *, nullable: bool) -> str:
        index: dict[str, Node] = {"index": "True"} if name in self._indexed else {}
        if not self._is_sqlmodel:
            return self._line(name, kind, call("mapped_column", "UtcDateTime()", **index))
        column = call("Column", "UtcDateTime()", nullable=str(nullable), **index)
        default: dict[str, Node] = {"default": "None"} if nullable else {}
        return self._line(name, kind, call("Field", **default, sa_column=column))

    def _sqlmodel(self, item: Field) -> Node:
        default = self._default(item) or ({"default": "None"} if item.may_be_null else {})
        shape, index = item.shape, self._index(item)
        renamed = column_name(item) != item.attribute
        length = shape.limits.max_length
        if not renamed and shape.type in _PLAIN_IN_SQLMODEL:
            return call("Field", **default, **index)
        if not renamed and shape.type == "string" and length:
            return call("Field", **default, max_length=str(length), **index)
        name: tuple[Node, ...] = (quote_text(column_name(item)),) if renamed else ()
        column = call("Column", *name, spell_kind(shape), nullable=str(item.may_be_null), **index)
        return call("Field", **default, sa_column=column)

    def _default(self, item: Field) -> dict[str, Node]:
        if not (item.read_only and item.has_default and item.default is not None):
            return {}
        default = annotations.spell_stored_default(item)
        if item.shape.is_nested:
            empty = {"[]": "list", "{}": "dict"}.get(lay_out(default))
            name = "default_factory" if self._is_sqlmodel else "default"
            return {name: empty or Keyed("lambda: ", default)}
        return {"default": default}

    def _index(self, item: Field) -> dict[str, Node]:
        found: dict[str, Node] = {}
        if item.unique and not self._resource.soft_delete:
            found["unique"] = "True"
        if item.wire in self._indexed and not item.unique and _is_short(item.shape):
            found["index"] = "True"
        return found

    def _line(self, name: str, kind: str, source: Node) -> str:
        spelled = kind if self._is_sqlmodel else f"Mapped[{kind}]"
        head = f"{name}: {spelled} = "
        return head + lay_out(source, column=len(head) + 4, indent=4, width=self._width)


def _is_short(shape: Shape) -> bool:
    return (shape.limits.max_length or 0) <= MAX_INDEXED


def _partial_indexes(resource: Resource) -> list[str]:
    """Unique among the rows that are not deleted."""
    if not resource.soft_delete:
        return []
    table = resource.request.names.attributes
    lines: list[str] = []
    for item in resource.fields:
        if item.unique:
            name = column_name(item)
            condition: Node = 'text("deleted_at IS NULL")'
            source = call(
                "Index",
                quote_text(f"uq_{table}_{name}"[:63]),
                quote_text(name),
                unique="True",
                sqlite_where=condition,
                postgresql_where=condition,
            )
            lines.append(lay_out(source, column=200, indent=8))
    return lines
