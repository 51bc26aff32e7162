"""Setting one entry of a JSON file, comments allowed, without touching any other byte of it."""

import json
import re

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.records import dataclass

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[{}\[\],:]|[^\s{}\[\],:"/]+', re.DOTALL)
_COMMENTS = ("//", "/*")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Member:
    """One `"key": value` of an object: where it is, and the tokens of its value."""

    key: str
    value: tuple[_Token, ...]


@dataclass(frozen=True, slots=True)
class _Object:
    start: int
    end: int
    members: tuple[_Member, ...]


def set_entry(text: str, section: str, name: str, entry: dict[str, object]) -> str:
    """`text` with `section.name` set to `entry`; the same text when it says so already."""
    if not text.strip():
        return json.dumps({section: {name: entry}}, indent=2) + "\n"
    tokens = tuple(
        _Token(found[0], found.start(), found.end())
        for found in _TOKEN.finditer(text)
        if not found[0].startswith(_COMMENTS)
    )
    root = _read_object(tokens)
    held = next((member for member in root.members if member.key == section), None)
    if held is None:
        return _insert(text, root, section, {name: entry}, depth=1)
    inner = _read_object(held.value)
    present = next((member for member in inner.members if member.key == name), None)
    if present is None:
        return _insert(text, inner, name, entry, depth=2)
    start, end = present.value[0].start, present.value[-1].end
    if _plain(present.value) == entry:
        return text
    return text[:start] + _indented(entry, 2, _unit(text)) + text[end:]


def _read_object(tokens: tuple[_Token, ...]) -> _Object:
    if len(tokens) < 2 or tokens[0].text != "{" or tokens[-1].text != "}":
        raise _unreadable()
    members: list[_Member] = []
    position = 1
    while position < len(tokens) - 1:
        key = tokens[position]
        if not key.text.startswith('"') or tokens[position + 1].text != ":":
            raise _unreadable()
        end = _value_end(tokens, position + 2)
        members.append(_Member(str(json.loads(key.text)), tokens[position + 2 : end]))
        if end < len(tokens) - 1 and tokens[end].text != ",":
            raise _unreadable()
        position = end + 1
    return _Object(tokens[0].start, tokens[-1].end, tuple(members))


def _value_end(tokens: tuple[_Token, ...], start: int) -> int:
    depth = 0
    for position in range(start, len(tokens)):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(tokens[position].text, 0)
        if depth < 0:
            break
        if depth == 0:
            return position + 1
    raise _unreadable()


def _plain(tokens: tuple[_Token, ...]) -> object:
    """The value that tokens spell, trailing commas forgiven."""
    kept = [
        token.text
        for token, following in zip(tokens, (*tokens[1:], None), strict=True)
        if not (token.text == "," and following is not None and following.text in "}]")
    ]
    try:
        return json.loads(" ".join(kept))
    except (ValueError, RecursionError):
        raise _unreadable() from None


def _insert(text: str, into: _Object, key: str, value: object, *, depth: int) -> str:
    unit = _unit(text)
    line = "\r\n" if "\r\n" in text else "\n"
    written = f"{json.dumps(key)}: {_indented(value, depth, unit)}".replace("\n", line)
    if into.members:
        last = into.members[-1].value[-1].end
        return f"{text[:last]},{line}{unit * depth}{written}{text[last:]}"
    opened = into.start + 1
    tail = text[opened:]
    closing = "" if tail.lstrip(" \t").startswith(("\n", "\r")) else f"{line}{unit * (depth - 1)}"
    return f"{text[:opened]}{line}{unit * depth}{written}{closing}{tail}"


def _indented(value: object, depth: int, unit: str) -> str:
    return json.dumps(value, indent=unit).replace("\n", "\n" + unit * depth)


def _unit(text: str) -> str:
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "


def _unreadable() -> BadArgument:
    return BadArgument(
        "The client's file is not JSON that can be edited.", "Mend it, or add the text of `setup` by hand."
    )
