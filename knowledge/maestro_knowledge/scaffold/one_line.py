"""A field on one line: `price:decimal(ge=0,max_digits=10)?=0.00`, `status:enum[draft|paid]=draft`."""

import re
from typing import Any

from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import ConstraintsPart

MAX_LINE = 1_000
FORM = (
    "write it as name:type, then [a|b] for values, (min_length=1,unique) for constraints, "
    "? for nullable, =default"
)

_KEYS = "|".join(sorted(ConstraintsPart.model_fields, key=len, reverse=True))
_NEXT = re.compile(rf",\s*(?=(?:{_KEYS})\s*(?:=|,|$))")
_HEAD = re.compile(r"([^:\s]+)\s*:\s*([A-Za-z_]+)")
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")


def read_line(text: str, where: str, refusals: Refusals) -> dict[str, Any] | None:
    """The field that a line spells, as an object, or None with the reason among the refusals."""
    line = text.strip()
    head = _HEAD.match(line) if len(line) <= MAX_LINE else None
    if head is None:
        refusals.add(where, f"{quote(text)} is not a field", FORM)
        return None
    field: dict[str, Any] = {"name": head[1], "type": head[2]}
    rest = line[head.end() :]
    while rest:
        if rest[0] in "[(":
            end = _find_close(rest)
            if end < 0:
                refusals.add(where, f"{quote(text)} has a bracket that is not closed", FORM)
                return None
            _read_bracket(field, rest[0], rest[1:end])
            rest = rest[end + 1 :]
        elif rest[0] == "?":
            field["nullable"] = True
            field.setdefault("required", False)
            rest = rest[1:]
        elif rest[0] == "=":
            field["default"] = _read_default(rest[1:].strip(), str(field["type"]))
            rest = ""
        else:
            refusals.add(where, f"{quote(rest)} was not expected in {quote(text)}", FORM)
            return None
    return field


def _find_close(text: str) -> int:
    """Where the bracket that `text` begins with is closed; what a backslash stands before does not count."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    open_brackets: list[str] = []
    escaped = False
    for position, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in pairs:
            open_brackets.append(pairs[char])
        elif open_brackets and char == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return position
    return -1


def _read_bracket(field: dict[str, Any], bracket: str, inner: str) -> None:
    kind = field["type"]
    if bracket == "(":
        field["constraints"] = {**field.get("constraints", {}), **_read_constraints(inner)}
    elif kind in {"list", "dict"}:
        field["items"] = {"type": inner.strip()}
    else:
        values = [value.strip() for value in inner.split("|")]
        field["values"] = [_read_scalar(value) for value in values] if kind == "literal" else values


def _read_constraints(inner: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _NEXT.split(inner):
        name, equals, value = part.partition("=")
        if name.strip():
            found[name.strip()] = _read_constraint(name.strip(), value.strip()) if equals else True
    return found


def _read_constraint(name: str, value: str) -> Any:
    if name == "pattern":
        return value
    return _read_scalar(value)


def _read_scalar(value: str) -> Any:
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if _INTEGER.fullmatch(value) else value


def _read_default(value: str, kind: str) -> Any:
    if kind in {"integer", "boolean", "literal"}:
        return _read_scalar(value)
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            return value
    if kind in {"list", "dict"} and value in {"[]", "{}"}:
        return [] if kind == "list" else {}
    return value
