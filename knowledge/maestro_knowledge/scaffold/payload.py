"""The model that a feature takes or sends: its fields as source, and values for its tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from maestro_knowledge.scaffold.annotations import Dialect
from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.fields import read_fields
from maestro_knowledge.scaffold.literals import to_source
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.planning import Setting
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import FieldPart
from maestro_knowledge.scaffold.samples import make_samples
from maestro_knowledge.scaffold.schema_lines import write_schemas
from maestro_knowledge.scaffold.shapes import Field
from maestro_knowledge.scaffold.violations import find_violations

ROWS = 3
MAX_INVALID = 12


def make_context(
    request: RouteRequest, setting: Setting, defaults: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the templates of a feature with fields use; raises with all that speaks against the request."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    payload = make_payload(request, setting, defaults, refusals)
    refusals.raise_any()
    return {**base, **payload}


def make_payload(
    request: RouteRequest, setting: Setting, defaults: Sequence[Mapping[str, Any]], refusals: Refusals
) -> dict[str, Any]:
    """The part of a context that describes the fields of a request, or those of its pattern."""
    fields = request.fields or _read_defaults(defaults, request.names, refusals)
    for number, item in enumerate(request.fields):
        if item.read_only or item.write_only or item.unique:
            what = "read_only" if item.read_only else "write_only" if item.write_only else "unique"
            refusals.add(
                f"fields[{number}]", f"{item.wire} is {what}", "only a stored resource (crud) has that"
            )
    lines = write_schemas(
        fields,
        (),
        request.names,
        Dialect(),
        missing=setting.target.has("missing"),
        width=setting.width,
    )
    rows = _make_rows(fields)
    return {
        "enums": lines.enums,
        "parts": lines.parts,
        "aliases": lines.aliases,
        "payload_lines": lines.create_lines,
        "payload_not_null": lines.create_not_null,
        "rows": rows,
        "rows_source": to_source(rows, column=40, width=setting.width),
        "row_source": to_source(rows[0], column=40, width=setting.width),
        "refused": _find_refused(fields),
        "required_names": [item.wire for item in fields if item.required],
    }


def say_fields(request: RouteRequest, asks: str, taken: str) -> tuple[Choice, ...]:
    """The question that is open when no fields were given."""
    if request.fields:
        return ()
    return (Choice("fields", asks, taken, "no fields were given", ("fields of your own",)),)


def _read_defaults(
    defaults: Sequence[Mapping[str, Any]], names: Names, refusals: Refusals
) -> tuple[Field, ...]:
    parts = [FieldPart.model_validate(part) for part in defaults]
    return read_fields(parts, "fields", names.stem, refusals)


def _make_rows(fields: Sequence[Field]) -> list[dict[str, Any]]:
    columns = {item.wire: make_samples(item, ROWS) for item in fields}
    return [
        {wire: values[row % len(values)] for wire, values in columns.items() if values} for row in range(ROWS)
    ]


def _find_refused(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """Values that are refused, by field, as source; null where a value has to be there."""
    found = [(item.wire, "None") for item in fields if not item.nullable]
    for item in fields:
        found += [(item.wire, one.source) for one in find_violations(item, bounded_integers=False)]
    return found[:MAX_INVALID]
