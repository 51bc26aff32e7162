"""Source in the syntax of Python 3.12 to 3.14, spelled so that an older parser reads it, length for length.

Every rewriting keeps the number of characters of each line: places in the tree are places in the file.
"""

import re

from maestro_knowledge.core.records import dataclass, field

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
_OPENING = frozenset("rRbBfFuUtT\"'")
_CONVERSIONS = frozenset({"!r", "!s", "!a"})


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
        match = _STRING_START.match(text, position) if character in _OPENING else None
        if match is None:
            position += 1
        elif "f" in match.group(1).lower():
            position = _Formatted(
                text, characters, match.end(), match.group(2), (match.group(2)[0],)
            ).respell()
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


@dataclass(slots=True)
class _Formatted:
    """One f-string from behind its opening quote; `taken` are the quotes around its fields."""

    text: str
    characters: list[str]
    start: int
    quote: str
    taken: tuple[str, ...]
    fields: list[int] = field(default_factory=list)  # where each opens and closes
    formats: list[int] = field(default_factory=list)  # where the conversion or format of one begins and ends

    def respell(self) -> int:
        """Where the f-string ends; strings inside its fields are respelled."""
        text, position = self.text, self.start
        while position < len(text):
            character = text[position]
            if character == "\\" or text.startswith(("{{", "}}"), position):
                position += 2
            elif text.startswith(self.quote, position):
                if len(self.quote) == 1 and "\n" in text[self.start : position]:
                    self._make_tuple(position)
                return position + len(self.quote)
            elif character == "\n" and len(self.quote) == 1:
                return position
            elif character == "{":
                position = self._field(position)
            else:
                position += 1
        return position

    def _field(self, start: int) -> int:
        """Where a field ends that opens at `start`."""
        text, depth, position = self.text, 1, start + 1
        self.fields.append(start)
        formatted = False
        while position < len(text):
            character = text[position]
            match = _STRING_START.match(text, position) if character in _OPENING and not formatted else None
            if match is not None and len(self.taken) < _DEEPEST:
                position = self._inner(match)
                continue
            depth += (character in "{[(") - (character in "}])")
            if depth == 0:
                self.fields.append(position)
                self.formats += [position] if formatted else []
                return position + 1
            if (
                depth == 1
                and not formatted
                and (character == ":" or text[position : position + 2] in _CONVERSIONS)
            ):
                formatted = True
                self.formats.append(position)
            position += 1
        return position

    def _inner(self, match: re.Match[str]) -> int:
        """Respells one string inside a field, and says where it ends."""
        text, quote, opening = self.text, match.group(2), match.start(2)
        other = "'" if quote[0] == '"' else '"'
        chosen = quote[0] if quote[0] not in self.taken else other if other not in self.taken else ""
        if "f" in match.group(1).lower():
            inner = _Formatted(text, self.characters, match.end(), quote, (*self.taken, chosen or other))
            end = inner.respell()
        else:
            end = _plain(text, match.end(), quote)
        closing = end - len(quote)
        if not chosen or (
            chosen != quote[0] and chosen in text[match.end() : closing] and not match.group(1)
        ):
            self._blank(match.start(), end, "0")
            return end
        for place in (*range(opening, opening + len(quote)), *range(closing, end)):
            self.characters[place] = chosen
        for place in range(match.end(), closing):
            if self.characters[place] == "\\":
                self.characters[place] = "/"
        return end

    def _blank(self, start: int, end: int, first: str) -> None:
        for place in range(start, min(end, len(self.characters))):
            if self.characters[place] != "\n":
                self.characters[place] = " "
        self.characters[start] = first

    def _make_tuple(self, end: int) -> None:
        """A string on several lines whose quotes allow only one becomes a tuple of its fields."""
        places = [self.start - len(self.quote), *self.fields, end]
        if len(self.fields) % 2 or len(self.formats) % 2:
            return
        for number in range(0, len(places), 2):
            self._blank(places[number], places[number + 1] + 1, "," if number else "(")
        for begin, finish in zip(self.formats[::2], self.formats[1::2], strict=True):
            self._blank(begin, finish, " ")
        self.characters[end] = ")"
