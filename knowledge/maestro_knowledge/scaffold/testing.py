"""What the generated tests of a resource send, and what they expect."""

from decimal import Decimal, localcontext
from typing import Any

from maestro_knowledge.scaffold.adapters import make_adapter, to_json
from maestro_knowledge.scaffold.literals import to_source
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.options import Resource
from maestro_knowledge.scaffold.samples import make_samples
from maestro_knowledge.scaffold.shapes import Field
from maestro_knowledge.scaffold.violations import find_violations
from maestro_knowledge.scaffold.vocabulary import MAX_DIGITS

ROWS = 4
METHODS = {"get": "GET", "update": "PATCH", "replace": "PUT", "delete": "DELETE"}
TEXT = frozenset({"string", "text", "email", "url", "enum", "literal"})


def make_test_context(resource: Resource) -> dict[str, Any]:
    """Bodies, refused values and expectations, as data and as source."""
    writable = [item for item in resource.fields if not item.read_only]
    in_sql = resource.storage != "memory"
    payloads = _make_payloads(writable, in_sql=in_sql)
    never_sent = {item.wire for item in resource.fields if item.read_only}
    return {
        "payloads_source": to_source(payloads, column=20),
        "payloads": payloads,
        "required_names": [item.wire for item in writable if item.required],
        "sent_back": [item.wire for item in writable if not item.write_only],
        "hidden": [item.wire for item in writable if item.write_only],
        "nullable_names": [item.wire for item in writable if item.nullable and not item.write_only],
        "defaults": {
            item.wire: _default(item, in_sql=in_sql) for item in resource.fields if _is_optional(item)
        },
        "filter_checks": [item.wire for item in resource.filters if not item.read_only],
        "sort_checks": [
            (name, _sort_key(resource, name)) for name in resource.sorts if name not in never_sent
        ],
        "sort_names": list(resource.sorts),
        "cursor_sorts": [order for name in resource.sorts for order in (name, f"-{name}")],
        "optional_sent": {
            item.wire: _default(item, in_sql=in_sql)
            for item in writable
            if _is_optional(item) and not item.required
        },
        "page_size": min(2, resource.max_limit),
        "fixed_calls": _fixed_calls(resource),
        "first_method": next((METHODS[op] for op in resource.operations if op in METHODS), ""),
        "unknown_key": {"uuid": "uuid4()", "integer": "2**31", "string": '"unknown"'}[resource.id_type],
        "bad_key": {"uuid": "junk", "integer": "junk", "string": "%20"}[resource.id_type],
        **_imported(resource.request.names),
        "unique_wires": [item.wire for item in writable if item.unique],
        **_make_changes(writable, payloads, in_sql=in_sql),
    }


def _make_changes(writable: list[Field], payloads: list[dict[str, Any]], *, in_sql: bool) -> dict[str, Any]:
    """What is refused, what PATCH changes, and what it leaves as it was made."""
    refused = [(item.wire, "None") for item in writable if not item.nullable]
    refused += [
        (item.wire, violation.source)
        for item in writable
        for violation in find_violations(item, bounded_integers=in_sql)
    ]
    changeable = {item.wire for item in writable if not item.is_fixed}
    seen = [item for item in writable if not item.write_only]
    first, second = payloads[:2]
    return {
        "invalid": refused,
        "invalid_changes": [(name, source) for name, source in refused if name in changeable],
        "has_fixed": len(changeable) < len(writable),
        "fixed": {item.wire: second[item.wire] for item in seen if item.is_fixed},
        "changes": [
            (item.wire, second[item.wire])
            for item in seen
            if not item.is_fixed and second[item.wire] != first[item.wire]
        ],
        "clearable_names": [item.wire for item in seen if item.nullable and not item.is_fixed],
        "clashes_later": not any(item.is_fixed for item in writable if item.unique),
    }


def _imported(names: Names) -> dict[str, dict[str, str]]:
    """What a test module imports, under names that pytest does not take for tests (`Testimonial`)."""
    found = {
        "record": names.record,
        "repository": f"{names.stem}Repository",
        "create": f"{names.stem}Create",
        "read": f"{names.stem}Read",
    }
    if not names.stem.startswith("Test"):
        return {"imported": found, "local": found}
    local = {role: f"Stored{name}" for role, name in found.items()}
    return {"imported": {role: f"{name} as {local[role]}" for role, name in found.items()}, "local": local}


def _fixed_calls(resource: Resource) -> str:
    bodies = {"update": "{}", "replace": "PAYLOADS[1]"}
    calls = [f'("{METHODS[op]}", {bodies.get(op, "None")})' for op in resource.operations if op in METHODS]
    return f"[{', '.join(calls)}]"


def _make_payloads(writable: list[Field], *, in_sql: bool) -> list[dict[str, Any]]:
    columns = {
        item.wire: [_as_stored(item, value, in_sql=in_sql) for value in make_samples(item, ROWS + 1)]
        for item in writable
    }
    return [{wire: values[row % len(values)] for wire, values in columns.items()} for row in range(ROWS)]


def _is_optional(item: Field) -> bool:
    return not item.write_only and (item.read_only or not item.required)


def _default(item: Field, in_sql: bool) -> Any:
    if not item.has_default or item.default is None:
        return None
    return _as_stored(item, to_json(make_adapter(item.shape), item.default), in_sql=in_sql)


def _as_stored(item: Field, value: Any, *, in_sql: bool) -> Any:
    """The value as a column gives it back: decimals in their column's form."""
    if item.shape.type != "decimal" or not in_sql:
        return value
    with localcontext(prec=3 * MAX_DIGITS):
        number = Decimal(value)
        if item.shape.has_fixed_places:
            return format(number.quantize(Decimal(1).scaleb(-(item.shape.limits.decimal_places or 0))), "f")
        text = format(number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


def _sort_key(resource: Resource, name: str) -> str:
    kinds = {item.wire: item.shape.type for item in resource.fields}
    kinds |= {"created_at": "datetime", "updated_at": "datetime"}
    kind = kinds.get(name, resource.id_type if name == "id" else "string")
    if kind in {"decimal", "datetime", "integer", "number"}:
        return {"decimal": "Decimal", "datetime": "dt.datetime.fromisoformat"}.get(kind, "float")
    return "text" if kind in TEXT else "str"
