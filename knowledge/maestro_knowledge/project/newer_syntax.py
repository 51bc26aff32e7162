"""Source in the syntax of Python 3.12 to 3.14, spelled so that an older parser reads it, length for length.

Every rewriting keeps the number of characters of each line: places in the tree are places in the file.
"""

import re

_EXCEPT = re.compile(
    r"^([^\S\n]*except\*?)[^\S\n]+((?:[A-Za-z_][\w.]*[^\S\n]*,[^\S\n]*)+[A-Za-z_][\w.]*)([^\S\n]*:)",
    re.MULTILINE,
)
_OLD_NAME = re.compile(r"(?:e|ex|err|exc|exp|error|why|msg|details?|inst|info|x|_)")
_GENERIC = re.compile(r"^[^\S\n]*(?:async[^\S\n]+)?(?:def|class)[^\S\n]+\w+(\[)", re.MULTILINE)
_ALIAS = re.compile(r"^([^\S\n]*)(type[^\S\n]+)(\w+)", re.MULTILINE)
_ALIAS_HEAD = re.compile(r"[^\S\n]*(?=[=\[])")
_STRING_START = re.compile(r"(?i)(?<![\w])([rbfut]{0,2})(\"\"\"|'''|\"|')")
_LONGEST_HEAD = 2_000
_DEEPEST = 8


def respell(text: str) -> str:
    """The same source for an older parser; equal to `text` where nothing newer was found."""
    text = _EXCEPT.sub(_in_parentheses, text)
    text = _without_type_parameters(text)
    text = _as_assignments(text)
    return _with_other_quotes(text)


def _in_parentheses(match: re.Match[str]) -> str:
    """`except A, B:` → `except(A,B):`; `except A, e:` is Python 2 and stays."""
    head, names, end = match.groups()
    parts = [part.strip() for part in names.split(",")]
    if len(parts) == 2 and _OLD_NAME.fullmatch(parts[1]):
        return match.group(0)
    written = f"{head}({','.join(parts)})"
    return written.ljust(len(match.group(0)) - len(end)) + end


def _without_type_parameters(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _GENERIC.finditer(text):
        if match.start() < position:
            continue
        end = _closing(text, match.start(1))
        if end is not None:
            pieces += [text[position : match.start(1)], _blank(text[match.start(1) : end])]
            position = end
    return "".join([*pieces, text[position:]])


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at `start` ends."""
    depth = 0
    for position in range(start, min(len(text), start + _LONGEST_HEAD)):
        if text[position] in "[(":
            depth += 1
        elif text[position] in "])":
            depth -= 1
            if depth == 0:
                return position + 1
    return None


def _blank(text: str) -> str:
    """Spaces for everything, with the lines joined by backslashes."""
    lines = text.split("\n")
    return "\n".join(
        [*(" " * (len(line) - 1) + "\\" * bool(line) for line in lines[:-1]), " " * len(lines[-1])]
    )


def _as_assignments(text: str) -> str:
    """`type Name[T] = …` → `Name         = …`."""
    pieces: list[str] = []
    position = 0
    for match in _ALIAS.finditer(text):
        head = _ALIAS_HEAD.match(text, match.end())
        if match.start() < position or head is None:
            continue
        end = head.end()
        if text[end] == "[":
            closing = _closing(text, end)
            if closing is None or "\n" in text[end:closing]:
                continue
            end = closing
        indent, _, name = match.groups()
        pieces += [text[position : match.start()], f"{indent}{name}".ljust(end - match.start())]
        position = end
    return "".join([*pieces, text[position:]])


def _with_other_quotes(text: str) -> str:
    """Strings inside the fields of an f-string get quotes that do not end it, and no backslashes."""
    characters = list(text)
    position = 0
    while position < len(text):
        character = text[position]
        if character == "#":
            position = text.find("\n", position)
            if position < 0:
                break
        match = _STRING_START.match(text, position) if character in "rRbBfFuUtT\"'" else None
        if match is None:
            position += 1
        elif "f" in match.group(1).lower():
            position = _formatted(text, characters, match.end(), match.group(2), ())
        else:
            position = _plain(text, match.end(), match.group(2))
    return "".join(characters)


def _plain(text: str, start: int, quote: str) -> int:
    """Where a plain string ends whose opening quote ends at `start`."""
    position = start
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        elif text[position] == "\n" and len(quote) == 1:
            return position
        else:
            position += 1
    return len(text)


def _formatted(text: str, characters: list[str], start: int, quote: str, around: tuple[str, ...]) -> int:
    """Where an f-string ends; strings inside its fields are respelled in `characters`."""
    position, depth = start, 0
    taken = (*around, quote[0])
    fields: list[int] = []  # where each field opens and closes
    while position < len(text):
        character = text[position]
        if depth == 0:
            if character == "\\" or text.startswith(("{{", "}}"), position):
                position += 2
                continue
            if text.startswith(quote, position):
                if len(quote) == 1 and "\n" in text[start:position]:
                    _as_tuple(characters, start - 1, position, fields)
                return position + len(quote)
            if character == "\n" and len(quote) == 1:
                return position
            if character == "{":
                depth = 1
                fields.append(position)
            position += 1
            continue
        match = _STRING_START.match(text, position) if character in "rRbBfFuU\"'" else None
        if match is not None and len(taken) < _DEEPEST:
            position = _inside(text, characters, match, taken)
            continue
        depth += (character in "{[(") - (character in "}])")
        if depth == 0:
            fields.append(position)
        position += 1
    return position


def _as_tuple(characters: list[str], start: int, end: int, fields: list[int]) -> None:
    """A string on several lines whose quotes allow only one: its fields, as a tuple of expressions."""
    places = [start, *fields, end]
    for number in range(0, len(places), 2):
        before, after = places[number], places[number + 1]
        for place in range(before, after + 1):
            if characters[place] != "\n":
                characters[place] = " "
        characters[before] = "(" if number == 0 else ","
    characters[end] = ")"


def _inside(text: str, characters: list[str], match: re.Match[str], taken: tuple[str, ...]) -> int:
    """Respells one string inside a field, and says where it ends."""
    opening, quote = match.start(2), match.group(2)
    if "f" in match.group(1).lower():
        end = _formatted(text, characters, match.end(), quote, taken)
    else:
        end = _plain(text, match.end(), quote)
    other = "'" if quote[0] == '"' else '"'
    body = text[match.end() : end - len(quote)]
    if quote[0] in taken and other not in taken and other not in body:
        for place in (*range(opening, opening + len(quote)), *range(end - len(quote), end)):
            characters[place] = other
    for place in range(match.end(), end - len(quote)):
        if characters[place] == "\\":
            characters[place] = "/"
    return end
