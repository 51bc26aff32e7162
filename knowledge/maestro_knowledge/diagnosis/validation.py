"""Validation errors in any form they are pasted in → one list of refused values.

The forms: FastAPI's 422 body as JSON, the same as Python data, Pydantic's own text, and Pydantic 1's bodies.
"""

import json
import re
from collections.abc import Iterator

from maestro_knowledge.core.records import replace
from maestro_knowledge.diagnosis.model import FieldError

MAX_FIELDS = 100
MAX_STARTS = 12
MAX_VALUE = 80
MODEL = "model"
PLACES = ("body", "query", "path", "header", "cookie", "response", "form")

_START = re.compile(r"[\[{](?=\s{0,40}[\[{\"])")
_PYTHON = re.compile(
    r"'type': '([a-z_.]{1,60})', 'loc': [\[(]([^\])]{0,300})[\])], 'msg': (['\"])(.{0,300}?)\3,"
    r"(?: 'input': (.{0,80}))?"
)
_MODEL = re.compile(r"\d{1,6} validation errors? for (\S.{0,200})")
_PYDANTIC = re.compile(
    r"^\s{2,8}(\S.{0,400}?) [\[(]type=([a-z_.]{1,60})"
    r"(?:, input_value=(.{0,400}), input_type=(\w{1,60}))?[\])]"
)
_V1_TYPES = {
    "type_error.integer": "int_parsing",
    "type_error.float": "float_parsing",
    "type_error.dict": "dict_type",
    "type_error.list": "list_type",
    "type_error.str": "string_type",
    "type_error.none.not_allowed": "string_type",
    "type_error.bool": "bool_parsing",
    "type_error.uuid": "uuid_parsing",
    "type_error.enum": "enum",
    "value_error.missing": "missing",
    "value_error.extra": "extra_forbidden",
    "value_error.jsondecode": "json_invalid",
    "value_error.datetime": "datetime_parsing",
    "value_error.date": "date_from_datetime_parsing",
    "value_error.any_str.min_length": "string_too_short",
    "value_error.any_str.max_length": "string_too_long",
    "value_error.number.not_ge": "greater_than_equal",
    "value_error.number.not_gt": "greater_than",
    "value_error.number.not_le": "less_than_equal",
    "value_error.number.not_lt": "less_than",
    "value_error.str.regex": "string_pattern_mismatch",
}


def read_fields(text: str) -> tuple[FieldError, ...]:
    """Every refused value that `text` tells, in its order."""
    for read in (_from_json, _from_python, _from_pydantic):
        found = tuple(dict.fromkeys(read(text)))[:MAX_FIELDS]
        if found:
            return found
    return ()


def read_model(text: str) -> str:
    """The class whose validation failed, where Pydantic says it."""
    match = _MODEL.search(text)
    return match[1].strip() if match else ""


def _from_json(text: str) -> Iterator[FieldError]:
    """From the first piece of JSON that holds a list of errors."""
    if '"loc"' not in text:
        return
    decoder = json.JSONDecoder()
    for number, start in enumerate(_START.finditer(text)):
        if number >= MAX_STARTS:
            return
        try:
            data, _ = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        errors = data.get("detail") if isinstance(data, dict) else data
        rows = [row for row in errors if _is_error(row)] if isinstance(errors, list) else []
        if rows:
            for row in rows[:MAX_FIELDS]:
                yield _make(
                    str(row.get("type", "")),
                    [str(part) for part in row["loc"]],
                    str(row["msg"]),
                    _show(row["input"]) if "input" in row else "",
                )
            return


def _is_error(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("loc"), list) and isinstance(row.get("msg"), str)


def _show(value: object) -> str:
    """A value as JSON, short."""
    return json.dumps(value, ensure_ascii=False)[:MAX_VALUE]


def _from_python(text: str) -> Iterator[FieldError]:
    """From the text of FastAPI's own exceptions, which print Python data."""
    if "'loc'" not in text:
        return
    for match in _PYTHON.finditer(text):
        parts = [part.strip().strip("'\"") for part in match[2].split(",") if part.strip()]
        value = (match[5] or "").partition("}")[0] if match[5] else ""
        yield _make(match[1], parts, match[4], "null" if value.startswith("None") else value)


def _from_pydantic(text: str) -> Iterator[FieldError]:
    """From the text of Pydantic's `ValidationError`: a line with the place, an indented one below."""
    if "[type=" not in text and "(type=" not in text:
        return
    place = ""
    for line in text.split("\n"):
        shown = line[:2000].lstrip("│|").removeprefix("E   ")
        match = _PYDANTIC.match(shown)
        if match:
            value = "null" if match[4] == "NoneType" else (match[3] or "")[:MAX_VALUE]
            parts = [part.strip() for part in place.split(" -> ")]
            found = _make(match[2], parts, match[1], value)
            yield found if found.place else replace(found, place=MODEL)
        elif shown[:1].strip():
            place = "" if _MODEL.search(shown) else shown.strip()


def _make(kind: str, parts: list[str], message: str, value: str) -> FieldError:
    """A field error whose place is told apart from the rest of its location."""
    place = parts[0] if parts and parts[0] in PLACES else ""
    location = ".".join(parts[1:] if place else parts)
    return FieldError(_V1_TYPES.get(kind, kind), place, location, message[:300], value)
