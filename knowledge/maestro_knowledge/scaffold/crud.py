"""What the templates of a resource are given."""

from typing import Any

from maestro_knowledge.scaffold import annotations
from maestro_knowledge.scaffold.annotations import Dialect
from maestro_knowledge.scaffold.columns import make_columns
from maestro_knowledge.scaffold.literals import (
    Group,
    Keyed,
    Node,
    call,
    lay_out,
    quote_text,
    subscript,
    to_node,
)
from maestro_knowledge.scaffold.options import Resource
from maestro_knowledge.scaffold.protection import make_protection_context, protect
from maestro_knowledge.scaffold.schema_lines import write_schemas
from maestro_knowledge.scaffold.shapes import Field
from maestro_knowledge.scaffold.statements import make_statements
from maestro_knowledge.scaffold.targets import Target
from maestro_knowledge.scaffold.testing import make_test_context

KEYS = {"uuid": "UUID", "integer": "int", "string": "str"}
NEW_KEYS = {"uuid": "uuid7()", "string": "uuid7().hex", "integer": "None"}
FIXED = ("get", "update", "replace", "delete")


def make_context(resource: Resource, target: Target, width: int) -> dict[str, Any]:
    """Names, flags and ready-made lines of a resource."""
    names = resource.request.names
    stored_in_sql = resource.storage != "memory"
    dialect = Dialect(
        bounded_integers=stored_in_sql,
        plain_text=stored_in_sql and resource.database == "postgres",
        column_decimals=stored_in_sql,
    )
    lines = write_schemas(
        resource.fields, resource.filters, names, dialect, missing=target.has("missing"), width=width
    )
    has_params = resource.paging != "none" or bool(resource.filters) or bool(resource.sorts)
    return {
        "names": names,
        "description": resource.request.options.description,
        "operations": resource.operations,
        "storage": resource.storage,
        "database": resource.database,
        "id_type": resource.id_type,
        "key_type": KEYS[resource.id_type],
        "new_key": NEW_KEYS[resource.id_type],
        "paging": resource.paging,
        "default_limit": resource.default_limit,
        "max_limit": resource.max_limit,
        "timestamps": resource.timestamps,
        "soft_delete": resource.soft_delete,
        "needs_find": any(operation in resource.operations for operation in FIXED),
        "needs_change": "update" in resource.operations or "replace" in resource.operations,
        "path": f"{resource.prefix}/{names.path}",
        "tags": list(resource.tags),
        **make_protection_context(resource.auth, resource.operations),
        "target": target,
        "has_params": has_params and "list" in resource.operations,
        "list_params_title": _params_title(resource),
        "key_alias": _spell_key(resource, width),
        "extras": {operation: _extras(operation, resource) for operation in resource.operations},
        "lifespan": _lifespan(resource),
        "session": resource.session,
        "has_sql": resource.has_orm,
        "define": "async def" if resource.session.is_async else "def",
        "wait": "await " if resource.session.is_async else "",
        **_schema_parts(lines),
        **make_test_context(resource),
        **_storage_parts(resource, width),
        **(make_columns(resource, width) if resource.has_orm else {}),
        **({"sql": make_statements(resource)} if resource.storage == "asyncpg" else {}),
    }


def _extras(operation: str, resource: Resource) -> list[str]:
    """The further arguments of a route's decorator: which errors it documents, who may call it."""
    codes = [404] if operation in FIXED else []
    if operation in {"create", "update", "replace"} and any(item.unique for item in resource.fields):
        codes.append(409)
    if operation == "list" and resource.paging == "cursor":
        codes.append(400)
    protection = protect(resource.auth, resource.operations)
    is_protected = operation in protection.protect and not protection.is_whole
    if is_protected:
        codes += protection.codes
    listed = ", ".join(map(str, sorted(codes)))
    lines = [f"dependencies=[Depends({protection.name})]"] if is_protected else []
    if is_protected and protection.refusals:
        said = [f"**describe_errors({listed})"] if codes else []
        said += [f'{code}: {{"description": "{meaning}"}}' for code, meaning in protection.refusals]
        return [*lines, f"responses={{{', '.join(said)}}}"]
    return [*lines, *([f"responses=describe_errors({listed})"] if codes else [])]


def _lifespan(resource: Resource) -> str:
    """What the router opens and closes: nothing, where the project has sessions already."""
    if not resource.has_orm:
        return f"{resource.request.names.attributes}_lifespan"
    return "database_lifespan" if resource.session.is_own else ""


def _schema_parts(lines: Any) -> dict[str, Any]:
    names = ("enums", "parts", "aliases", "create_lines", "update_lines", "read_lines", "filter_lines")
    more = ("create_not_null", "update_not_null")
    return {name: getattr(lines, name) for name in (*names, *more)}


def _storage_parts(resource: Resource, width: int) -> dict[str, Any]:
    by_wire = {item.wire: item.attribute for item in resource.fields}
    stamps = {name: name for name in ("created_at", "updated_at", "id")}
    sorts = {name: {**stamps, **by_wire}[name] for name in resource.sorts}
    unique = {item.attribute: item.wire for item in resource.fields if item.unique}
    filters = sorted(item.attribute for item in resource.filters)
    nullable = {item.wire for item in resource.fields if item.may_be_null}
    with_sorts = "list" in resource.operations
    return {
        "unique": list(unique.values()),
        "unique_source": _assign("UNIQUE", to_node(unique), width),
        "filters": filters if with_sorts else [],
        "filters_source": _assign("FILTERS", Group("{", tuple(map(quote_text, filters)), "}"), width),
        "sorts": sorts if with_sorts else {},
        "sorts_source": _assign("SORTS", to_node(sorts), width),
        "sort_source": _sort_source(resource, width),
        "positions_source": _positions(resource, width),
        "nullable_sort": any(name in nullable for name in resource.sorts),
        "boolean_sort": any(f.shape.type == "boolean" and f.wire in resource.sorts for f in resource.fields),
        "select_filters": "params" if filters else "",
        "conflict_message": _conflict(resource),
        "select_args": "params" if (filters or sorts) and with_sorts else "",
        "record_lines": tuple(record_line(item, width) for item in resource.fields),
    }


def record_line(item: Field, width: int) -> str:
    """A field of the stored dataclass."""
    kind = annotations.spell_stored(item.shape) + (" | None" if item.may_be_null else "")
    line = f"{item.attribute}: {kind}"
    if item.read_only and item.has_default and item.default is not None:
        default = annotations.spell_stored_default(item)
        if item.shape.is_nested:
            empty = {"[]": "list", "{}": "dict"}.get(lay_out(default))
            default = call("dataclasses.field", default_factory=empty or Keyed("lambda: ", default))
        return f"{line} = " + lay_out(default, column=len(line) + 7, indent=4, width=width)
    return f"{line} = None" if item.may_be_null else line


def _assign(name: str, node: Node, width: int) -> str:
    return lay_out(node, column=len(name) + 3, width=width)


def _conflict(resource: Resource) -> str:
    names = [item.wire for item in resource.fields if item.unique]
    listed = " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"Another {resource.request.names.title} has this {listed}."


def _params_title(resource: Resource) -> str:
    parts = ["Paging"] if resource.paging != "none" else []
    parts += ["filters"] if resource.filters else []
    parts += ["order"] if resource.sorts else []
    text = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else "Nothing"
    return f"{text[:1].upper()}{text[1:]} of a list of {resource.request.names.plural_title}"


def _spell_key(resource: Resource, width: int) -> str:
    names = resource.request.names
    description = to_node(f"Key of {names.with_article}.")
    limits: dict[str, Node] = {}
    example: Node = to_node("01920000-0000-7000-8000-000000000001")
    if resource.id_type == "integer":
        limits, example = {"ge": "1", "le": "2**63 - 1"}, "1"
    elif resource.id_type == "string":
        limits = {"min_length": "1", "max_length": "64", "pattern": '"^[A-Za-z0-9_-]+$"'}
        example = to_node("0192000000007000800000000000abcd")
    spelled = subscript(
        "Annotated",
        KEYS[resource.id_type],
        call("Field", **limits, description=description, examples=Group("[", (example,), "]")),
    )
    return f"{names.stem}Id = " + lay_out(spelled, column=len(names.stem) + 5, width=width)


def _sort_source(resource: Resource, width: int) -> str:
    if not resource.sorts:
        return ""
    orders = [order for name in resource.sorts for order in (name, f"-{name}")]
    literal = subscript("Literal", *(quote_text(order) for order in orders))
    described = call("Field", description=to_node("Order; a minus sign turns it round."))
    spelled = lay_out(literal, column=10, indent=8, width=width - 10)
    return lay_out(
        subscript("Annotated", f"{spelled} | None", described), column=10, indent=4, width=width - 8
    )


def _positions(resource: Resource, width: int) -> str:
    key = KEYS[resource.id_type]
    kinds = {item.wire: annotations.spell_stored(item.shape) for item in resource.fields}
    kinds |= {"created_at": "dt.datetime", "updated_at": "dt.datetime", "id": key, "": key}
    entries = tuple(
        Keyed(f"{quote_text(name)}: ", f"TypeAdapter(tuple[str, tuple[{kinds[name]}, {key}]])")
        for name in ("", *resource.sorts)
    )
    return lay_out(Group("{", entries, "}"), column=width, width=width)
