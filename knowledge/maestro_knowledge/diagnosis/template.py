"""Literal texts with `{holes}`: what families of errors are recognised by, found in linear time.

There are no regular expressions in the data, so that no pasted text can make one blow up. Case, kinds of
quotation marks and white space do not count. A hole called `{word}` takes no space.
"""

import re
from functools import cache

from maestro_knowledge.core.records import dataclass

MAX_HOLE = 240
MAX_STARTS = 40
WORD = "word"

_HOLE = re.compile(r"\{([a-z_]*)\}")
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans('`"\u2018\u2019\u201c\u201d\u00b4', "'''''''")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Flat:
    """A text made comparable; `shown` and `low` have the same length."""

    shown: str
    low: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a template was found: the words there, what filled its holes, how much of it was literal."""

    words: str
    holes: dict[str, str]
    weight: int


@dataclass(frozen=True, slots=True)
class Template:
    """The literal pieces of a template, and the names of the holes between and after them."""

    pieces: tuple[str, ...]
    holes: tuple[str, ...]
    weight: int


def flatten(text: str) -> Flat:
    """`text` on one line with one kind of quotation mark, beside itself in lower case."""
    shown = _SPACE.sub(" ", text.translate(_QUOTES)).strip()
    return Flat(shown, shown.translate(_LOWER))


@cache
def read_template(text: str) -> Template:
    """The template that `text` spells."""
    parts = _HOLE.split(flatten(text).low)
    pieces = tuple(parts[::2])
    return Template(pieces, tuple(parts[1::2]), sum(map(len, pieces)))


def find(template: str, flat: Flat) -> Found | None:
    """The first place where the template's pieces follow one another, holes no longer than `MAX_HOLE`."""
    pattern = read_template(template)
    start = -1
    for _ in range(MAX_STARTS):
        start = flat.low.find(pattern.pieces[0], start + 1)
        if start < 0:
            return None
        found = _follow(pattern, flat, start)
        if found:
            return found
    return None


def _follow(pattern: Template, flat: Flat, start: int) -> Found | None:
    """The match that begins at `start`, if the later pieces come near enough."""
    end = start + len(pattern.pieces[0])
    holes: dict[str, str] = {}
    for name, piece in zip(pattern.holes, pattern.pieces[1:], strict=True):
        if piece:
            following = flat.low.find(piece, end, end + MAX_HOLE + len(piece))
            if following < 0:
                return None
        else:
            following = min(len(flat.low), end + MAX_HOLE)
        if name == WORD and " " in flat.shown[end:following]:
            return None
        if name:
            holes[name] = flat.shown[end:following].strip()
        end = following + len(piece)
    return Found(flat.shown[start:end], holes, pattern.weight)
