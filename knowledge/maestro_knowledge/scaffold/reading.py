"""From any mapping to a checked request: every fault is found before anything is planned."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from maestro_knowledge.core.errors import TooLarge
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import clean, quote
from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.catalog import Manifest
from maestro_knowledge.scaffold.fields import read_fields
from maestro_knowledge.scaffold.names import Cut, Names, cut_words, read_feature, read_names
from maestro_knowledge.scaffold.one_line import read_line
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import PARTS, TOP_KEYS, FieldPart, OptionsPart
from maestro_knowledge.scaffold.shapes import Field

PartType = TypeVar("PartType", bound=BaseModel)
_KEPT_NULLS = frozenset({"default", "examples"})


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """A request whose every word has been checked; what was not said is still open."""

    names: Names
    pattern: str
    fields: tuple[Field, ...]
    operations: tuple[words.Operation, ...]
    options: OptionsPart
    renamed_from: str


def read_request(
    request: Mapping[str, Any], patterns: Mapping[str, Manifest], cut: Cut = cut_words
) -> RouteRequest:
    """The checked request, or `BadArgument` that names every fault at once; `cut` shortens long names."""
    measure(request)
    refusals = Refusals()
    for key in sorted(str(key) for key in request if key not in TOP_KEYS):
        refusals.add_unknown(quote(key), key, TOP_KEYS, what="key")
    given: dict[str, Any] = {key: request[key] for key in TOP_KEYS if request.get(key) is not None}
    pattern = _read_pattern(given.get("pattern", "crud"), patterns, refusals)
    options = read_part(OptionsPart, given.get("options", {}), "options", refusals) or OptionsPart()
    manifest = patterns.get(pattern)
    if manifest is not None:
        _check_fit(given, manifest, refusals)
    names = _read_name(given.get("name"), options.plural, manifest, refusals, cut)
    parts = _read_parts(given.get("fields", []), refusals)
    fields = read_fields(parts, "fields", names.stem if names else "Thing", refusals)
    operations = _read_operations(given.get("operations", []), refusals)
    refusals.raise_any()
    if names is None:
        raise AssertionError("a name that is not there was not refused")
    name = str(given.get("name") or names.title).strip()
    renamed = name if not names.said and names.title not in {" ".join(names.plural), name.lower()} else ""
    return RouteRequest(names, pattern, fields, operations, options, renamed)


def measure(request: Any) -> None:
    """Raises `TooLarge` for what is too big or too deep to look at closely."""
    nodes = 0
    waiting: list[tuple[Any, int]] = [(request, 0)]
    while waiting:
        value, depth = waiting.pop()
        nodes += 1
        if nodes > words.MAX_NODES or depth > words.MAX_DEPTH:
            raise TooLarge(
                "The request is larger than a resource can be.",
                f"At most {words.MAX_FIELDS} fields, {words.MAX_NESTING} levels, {words.MAX_NODES} values.",
            )
        if isinstance(value, Mapping):
            if len(value) + nodes > words.MAX_NODES:
                nodes = words.MAX_NODES
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, (list, tuple)):
            if len(value) + nodes > words.MAX_NODES:
                nodes = words.MAX_NODES
                value = value[:1]
            waiting.extend((inner, depth + 1) for inner in value)


def read_part(part: type[PartType], value: Any, where: str, refusals: Refusals) -> PartType | None:
    """`value` as this part of a request, or None with the reasons among the refusals."""
    if not isinstance(value, Mapping):
        refusals.add(where, "is not an object", "give `{key: value}`")
        return None
    try:
        return part.model_validate(_without_nulls(value))
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _add_fault(fault, part, where, refusals)
        return None


def _without_nulls(value: Any, key: str = "") -> Any:
    if key in _KEPT_NULLS:
        return value
    if isinstance(value, Mapping):
        return {name: _without_nulls(inner, str(name)) for name, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _add_fault(fault: Any, part: type[BaseModel], where: str, refusals: Refusals) -> None:
    place = where + "".join(
        f"[{step}]" if isinstance(step, int) else f".{clean(step)[:40]}" for step in fault["loc"]
    )
    kind, given = fault["type"], fault.get("input")
    if kind == "extra_forbidden":
        holder = next((PARTS[step] for step in reversed(fault["loc"][:-1]) if step in PARTS), part)
        refusals.add_unknown(place, str(fault["loc"][-1]), holder.model_fields, what="key")
    elif kind == "literal_error":
        allowed = [choice.strip("' ") for choice in fault["ctx"]["expected"].replace(" or ", ", ").split(",")]
        refusals.add_unknown(place, str(given), allowed)
    elif kind == "missing":
        refusals.add(place, "is missing")
    else:
        refusals.add(place, f"{quote(str(given))} is not allowed", str(fault["msg"])[:200])


def _read_pattern(value: Any, patterns: Mapping[str, Manifest], refusals: Refusals) -> str:
    if not isinstance(value, str) or value not in patterns:
        refusals.add_unknown("pattern", str(value), patterns)
    return str(value)


def _check_fit(given: Mapping[str, Any], manifest: Manifest, refusals: Refusals) -> None:
    """Refuses what the pattern has no use for: nothing that was said is dropped without a word."""
    for key in ("fields", "operations"):
        if given.get(key) and key not in manifest.takes:
            takes = ", ".join(("name", "options", *manifest.takes))
            refusals.add(key, f"pattern {manifest.name} has none", f"it takes {takes}")
    options = given.get("options")
    if not isinstance(options, Mapping):
        return
    refused = dict(manifest.refuses)
    for key, value in options.items():
        if key in refused and value is not None:
            refusals.add(f"options.{key}", f"makes no sense for pattern {manifest.name}", refused[key])
        elif key in OptionsPart.model_fields and value is not None and key not in manifest.options:
            refusals.add_unknown(
                f"options.{key}", key, manifest.options, what=f"option of pattern {manifest.name}"
            )


def _read_name(
    value: Any, plural: str | None, manifest: Manifest | None, refusals: Refusals, cut: Cut
) -> Names | None:
    if manifest is not None and manifest.default_name and isinstance(value or "", str):
        return read_feature(value or manifest.default_name, refusals, cut)
    if value is None:
        refusals.add("name", "is missing", "give a noun, singular, such as `order item`")
        return None
    if not isinstance(value, str):
        refusals.add(
            "name", f"{quote(str(value))} is not text", "give a noun, singular, such as `order item`"
        )
        return None
    return read_names(value, plural, refusals, cut)


def _read_parts(value: Any, refusals: Refusals) -> list[FieldPart]:
    if not isinstance(value, (list, tuple)):
        refusals.add("fields", "is not a list", "give a list of objects")
        return []
    if len(value) > words.MAX_FIELDS:
        refusals.add("fields", f"{len(value)} are too many", f"at most {words.MAX_FIELDS}")
        return []
    parts: list[FieldPart] = []
    for number, entry in enumerate(value):
        where = f"fields[{number}]"
        spelled = read_line(entry, where, refusals) if isinstance(entry, str) else entry
        part = read_part(FieldPart, spelled, where, refusals) if spelled is not None else None
        if part is not None:
            parts.append(part)
        elif entry is None:
            refusals.add(where, "is empty", "give an object")
    return parts


def _read_operations(value: Any, refusals: Refusals) -> tuple[words.Operation, ...]:
    if not isinstance(value, (list, tuple)):
        refusals.add("operations", "is not a list", f"of {', '.join(words.OPERATIONS)}")
        return ()
    for entry in value:
        if entry not in words.OPERATIONS:
            refusals.add_unknown("operations", str(entry), words.OPERATIONS)
    return tuple(operation for operation in words.OPERATIONS if operation in value)
