"""The lines of the schemas of a resource: what each model says about each field."""

from collections.abc import Iterable, Iterator
from typing import Any

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.scaffold import annotations, reserved
from maestro_knowledge.scaffold.annotations import Dialect
from maestro_knowledge.scaffold.fields import CLASS_SUFFIXES
from maestro_knowledge.scaffold.literals import Node, call, lay_out, quote_text, subscript
from maestro_knowledge.scaffold.names import Names, split_words
from maestro_knowledge.scaffold.samples import make_samples
from maestro_knowledge.scaffold.shapes import Field, Shape


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum to be written: its members by name."""

    name: str
    title: str
    members: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A nested model to be written."""

    name: str
    title: str
    lines: tuple[str, ...]
    is_aliased: bool


@dataclass(frozen=True, slots=True)
class SchemaLines:
    """Everything that the schemas of a resource are made of, as source."""

    enums: tuple[Enum, ...]
    parts: tuple[Part, ...]
    aliases: tuple[str, ...]
    create_lines: tuple[str, ...]
    update_lines: tuple[str, ...]
    read_lines: tuple[str, ...]
    filter_lines: tuple[str, ...]
    create_not_null: str = ""
    update_not_null: str = ""
    alias_names: dict[str, str] = field(default_factory=dict)


def write_schemas(
    fields: tuple[Field, ...],
    filters: tuple[Field, ...],
    names: Names,
    dialect: Dialect,
    *,
    missing: bool,
    width: int,
) -> SchemaLines:
    """The schema lines of a resource; `missing` says whether Pydantic has `MISSING`."""
    classes = _class_names(fields)
    taken = {*classes, *(f"{names.stem}{suffix}" for suffix in CLASS_SUFFIXES)}
    alias_names = {item.wire: _alias_name(item, taken) for item in fields}
    writer = _Writer(alias_names, dialect, missing, width)
    writable = [item for item in fields if not item.read_only]
    changeable = [item for item in writable if not item.is_fixed]
    return SchemaLines(
        enums=tuple(_find_enums(fields)),
        parts=tuple(_find_parts(fields, writer)),
        aliases=tuple(writer.alias(item) for item in fields),
        create_lines=tuple(writer.create(item) for item in writable),
        update_lines=tuple(writer.update(item) for item in changeable),
        read_lines=tuple(writer.read(item) for item in fields if not item.write_only),
        filter_lines=tuple(writer.filter(item) for item in filters),
        create_not_null="" if missing else _not_null(i for i in writable if i.may_be_null and not i.nullable),
        update_not_null="" if missing else _not_null(i for i in changeable if not i.nullable),
        alias_names=alias_names,
    )


class _Writer:
    def __init__(self, alias_names: dict[str, str], dialect: Dialect, missing: bool, width: int) -> None:
        self._names = alias_names
        self._dialect = dialect
        self._missing = missing
        self._width = width

    def alias(self, item: Field) -> str:
        name = self._names[item.wire]
        examples = [value for value in make_samples(item, 1) if len(str(value)) <= 200]
        source = annotations.spell_alias(item, self._dialect, describe(item), examples)
        return f"{name} = " + lay_out(source, column=len(name) + 3, width=self._width)

    def create(self, item: Field) -> str:
        options = ["None"] if item.nullable else []
        if item.required:
            return self._line(item, options, None)
        if item.has_default:
            return self._line(item, options, annotations.spell_default(item))
        return self._absent(item, options)

    def update(self, item: Field) -> str:
        return self._absent(item, ["None"] if item.nullable else [])

    def read(self, item: Field) -> str:
        # An alias would be looked up on the record, where `metadata` or `json` is something else.
        return self._line(item, ["None"] if item.may_be_null else [], None, alias="serialization_alias")

    def filter(self, item: Field) -> str:
        if item.shape.type == "literal" and not isinstance(item.shape.values[0], str):
            return self._line(item, ["None"], "None", type_=annotations.spell_stored(item.shape))
        return self._line(item, ["None"], "None")

    def spell_inner(self, item: Field, examples: list[Any]) -> Node:
        keywords: dict[str, Node] = {"alias": quote_text(item.wire)} if item.has_alias else {}
        source = annotations.spell_alias(item, self._dialect, describe(item), examples, **keywords)
        if item.nullable and not keywords:
            return f"{lay_out(source, indent=4, width=self._width - 4)} | None"
        return source

    def _absent(self, item: Field, options: list[str]) -> str:
        if self._missing:
            return self._line(item, ["MISSING", *options], "MISSING")
        return self._line(item, ["None"], "None")

    def _line(
        self,
        item: Field,
        options: list[str],
        default: Node | None,
        *,
        alias: str = "alias",
        type_: str = "",
    ) -> str:
        source: Node = " | ".join([type_ or self._names[item.wire], *options])
        if item.has_alias:
            source = subscript("Annotated", source, call("Field", **{alias: quote_text(item.wire)}))
        head = f"{item.attribute}: "
        line = head + lay_out(source, column=4 + len(head), indent=4, width=self._width - 4)
        if default is None:
            return line
        last = line.rsplit("\n", 1)[-1]
        return f"{line} = " + lay_out(default, column=len(last) + 7, indent=4, width=self._width)


def describe(item: Field) -> str:
    """The description of a field: the given one, else its name in words."""
    words = " ".join(split_words(item.wire))
    return item.description or f"{words[:1].upper()}{words[1:]}."


def _class_names(fields: Iterable[Field]) -> set[str]:
    return {
        shape.class_name for shape in _shapes(fields) if shape.type == "object" or annotations.is_enum(shape)
    }


def _shapes(fields: Iterable[Field]) -> Iterator[Shape]:
    for item in fields:
        yield from item.shape.walk()


def _alias_name(item: Field, taken: set[str]) -> str:
    name = "".join(word[:1].upper() + word[1:] for word in split_words(item.wire))
    while name in taken or name in reserved.CLASSES or not name.isidentifier():
        name += "Value"
    taken.add(name)
    return name


def _find_enums(fields: Iterable[Field]) -> Iterator[Enum]:
    for shape in _shapes(fields):
        if annotations.is_enum(shape):
            title = " ".join(split_words(shape.class_name)) + " can be"
            yield Enum(shape.class_name, title, annotations.enum_members(shape.values) or {})


def _find_parts(fields: Iterable[Field], writer: _Writer) -> Iterator[Part]:
    for shape in _shapes(fields):
        if shape.type == "object":
            title = " ".join(split_words(shape.class_name))
            lines = tuple(_inner_line(item, writer) for item in shape.fields)
            aliased = any(item.has_alias for item in shape.fields)
            yield Part(shape.class_name, f"Part of a resource: {title}", lines, aliased)


def _inner_line(item: Field, writer: _Writer) -> str:
    examples = make_samples(item, 1)
    source = writer.spell_inner(item, examples)
    head = f"{item.attribute}: "
    line = head + lay_out(source, column=4 + len(head), indent=4)
    if item.required:
        return line
    default = annotations.spell_default(item) if item.has_default else "None"
    return f"{line} = " + lay_out(default, column=10, indent=4)


def _not_null(items: Iterable[Field]) -> str:
    return ", ".join(quote_text(item.attribute) for item in items)
