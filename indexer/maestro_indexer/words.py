"""Text → the words it can be found by: code-aware, folded, stemmed. Queries and sections go the same way."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from whoosh.lang.porter2 import stem as porter2

from maestro_indexer.vocabulary import STOP_WORDS, WHOLE_NAMES
from maestro_knowledge.core.records import dataclass

MAX_WORD = 80
MAX_NAMES = 6
# Enough for nine words of ten in the documentation; searches bring new ones for as long as a server lives.
MOST_WORDS = 4_096

# A chunk is what a reader takes for one thing: a version, a dotted name, a header, a path, a plain word.
_CHUNK = re.compile(r"[^\W_](?:[\w]|[.'\u2019/-](?=[^\W_]))*|_+[^\W_]\w*|_{3,}", re.UNICODE)
_VERSION = re.compile(r"v?\d{1,4}(?:\.\d{1,4}){1,3}(?:(?:a|b|rc|\.post|\.dev)\d+)?")
_PARTS = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\dA-Za-z_]+")
_POSSESSIVE = re.compile(r"['\u2019](?:s|re|ve|ll|d|m)?$")

_WHOLE = re.compile("|".join(sorted(WHOLE_NAMES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that was written: the terms it is found by, the whole first, and its plain stems in order."""

    surface: str
    terms: tuple[str, ...]
    stems: tuple[str, ...]
    is_code: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing by itself."""
        return self.surface in STOP_WORDS


def read_words(text: str) -> Iterator[Word]:
    """The words of `text` in order, stop words included."""
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if len(chunk) <= MAX_WORD:
            yield read_word(chunk)
        else:
            yield from (read_word(part[:MAX_WORD]) for part in _PARTS.findall(chunk[: MAX_WORD * 4]))


@lru_cache(maxsize=MOST_WORDS)
def read_word(chunk: str) -> Word:
    """The word that one chunk spells."""
    chunk = _POSSESSIVE.sub("", chunk) or chunk
    folded = fold(chunk).replace("\u2019", "'")
    if _VERSION.fullmatch(folded):
        version = folded.removeprefix("v")
        return Word(folded, (version,), (version,), is_code=True)
    pieces = _PARTS.findall(chunk.replace("_", " "))
    parts = [fold(part) for piece in pieces for part in split_humps(piece)]
    if len(parts) <= 1 and folded.isalnum():
        return Word(folded, (stem(folded),), (stem(folded),))
    stems = [stem(part) for part in parts if len(part) > 1 and part not in STOP_WORDS]
    terms = [folded, *_wholes(folded, pieces), *stems]
    is_code = "_" in chunk or "." in chunk or any(len(split_humps(piece)) > 1 for piece in pieces)
    plain = (folded,) if is_code else tuple(stems)
    return Word(folded, tuple(dict.fromkeys(terms)), plain, is_code)


def _wholes(folded: str, pieces: list[str]) -> Iterator[str]:
    """What else the word is as a whole: the names in a dotted one, a hyphenated one without hyphens."""
    if "." in folded or "/" in folded:
        names = re.split(r"[./]", folded)
        yield from (".".join(names[start:]) for start in range(1, min(len(names) - 1, MAX_NAMES)))
        yield from (name for name in names if "_" in name or "-" in name)
        yield from (fold(piece) for piece in pieces if len(split_humps(piece)) > 1)
    elif "-" in folded or "'" in folded:
        yield stem(re.sub(r"\W", "", folded))


def split_humps(name: str) -> tuple[str, ...]:
    """The words of a camelCase name; names that are one word stay whole."""
    if not name.isascii() or name.islower() or name.isdigit():
        return (name,)
    parts: list[str] = []
    position = 0
    for match in _WHOLE.finditer(name):
        parts += _HUMPS.findall(name[position : match.start()])
        parts.append(match.group())
        position = match.end()
    parts += _HUMPS.findall(name[position:])
    return tuple(part for part in parts if part)


@lru_cache(maxsize=MOST_WORDS)
def fold(text: str) -> str:
    """`text` in lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=MOST_WORDS)
def stem(word: str) -> str:
    """The Porter2 stem of a folded word; anything but plain letters stays as it is."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    return str(porter2(word))
