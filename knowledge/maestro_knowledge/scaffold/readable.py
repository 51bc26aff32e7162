"""Which of the user's characters can stand in source as they are, and how wide they are there."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

_ALIKE_FILE = Path(__file__).parent / "alike.txt"
"""An ASCII character a line, and the code points of what looks like it: linters take these for mistakes.

See https://docs.astral.sh/ruff/rules/ambiguous-unicode-character-string/.
"""


def find_unreadable(text: str) -> set[int]:
    """The positions of what cannot be told from another character, or not be seen at all."""
    if text.isascii() and text.isprintable():
        return set()
    alike: Mapping[str, str] = _read_alike()
    found: set[int] = set()
    for start, word in _words(text):
        # Behind an escape (`\n`, `\u2013`) a word looks as if it began with the letters of that.
        is_apart = start - 1 not in found
        is_foreign = word.isalnum() and all(ord(char) > 0x7F for char in word)
        is_clear = is_apart and is_foreign and any(char not in alike for char in word)
        places = enumerate(word, start)
        found |= {at for at, char in places if not char.isprintable() or (char in alike and not is_clear)}
    return found


def imitate(text: str) -> str:
    """The text with the ASCII look-alikes of what cannot be told from them, without what is not seen."""
    while odd := find_unreadable(text):
        # What is put in can join two words to one, and so make others doubtful.
        text = "".join(_read_alike().get(char, "") if at in odd else char for at, char in enumerate(text))
    return text


def measure(text: str) -> int:
    """The columns that a text takes: two for a wide character, none for a mark on another."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _read_alike() -> Mapping[str, str]:
    lines = _ALIKE_FILE.read_text(encoding="ascii").splitlines()
    return {chr(int(code, 16)): line[0] for line in lines for code in line[1:].split()}


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Letters, digits and the marks on them together, everything else one by one; each with its position."""
    for is_word, group in groupby(enumerate(text), lambda pair: _is_in_word(pair[1])):
        places, chars = zip(*group, strict=True)
        yield from [(places[0], "".join(chars))] if is_word else zip(places, chars, strict=True)


def _is_in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
