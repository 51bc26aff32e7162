"""Text → the words it can be found by: code-aware, folded, stemmed. Queries and sections go the same way."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from whoosh.lang.porter2 import stem as porter2

from maestro_indexer.vocabulary import STOP_WORDS, WHOLE_NAMES

MAX_WORD = 80

# A chunk is what a reader takes for one thing: a version, a dotted name, a header, a path, a plain word.
_CHUNK = re.compile(r"[^\W_](?:[\w]|[.'\u2019/-](?=[^\W_]))*|_+[^\W_]\w*|_{3,}", re.UNICODE)
_VERSION = re.compile(r"v?\d{1,4}(?:\.\d{1,4}){1,3}(?:(?:a|b|rc|\.post|\.dev)\d+)?")
_PARTS = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\dA-Za-z_]+")
_POSSESSIVE = re.compile(r"['\u2019](?:s|re|ve|ll|d|m)?$")

_WHOLE = re.compile("|".join(sorted(WHOLE_NAMES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that was written: its surface, the terms it is found by, the whole first."""

    surface: str
    terms: tuple[str, ...]
    is_code: bool = False


def read_words(text: str) -> Iterator[Word]:
    """The words of `text` in order, stop words included."""
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if len(chunk) <= MAX_WORD:
            yield read_word(chunk)
        else:
            yield from (read_word(part[:MAX_WORD]) for part in _PARTS.findall(chunk[: MAX_WORD * 4]))


@lru_cache(maxsize=20_000)
def read_word(chunk: str) -> Word:
    """The word that one chunk spells."""
    chunk = _POSSESSIVE.sub("", chunk) or chunk
    folded = fold(chunk)
    if _VERSION.fullmatch(folded):
        return Word(folded, (folded.removeprefix("v"),))
    pieces = _PARTS.findall(chunk.replace("_", " "))
    parts = tuple(part for piece in pieces for part in split_humps(piece))
    if len(parts) <= 1 and folded.isalnum():
        return Word(folded, (stem(folded),))
    whole = folded.replace("\u2019", "'")
    is_code = "_" in chunk or "." in chunk or any(len(split_humps(piece)) > 1 for piece in pieces)
    terms = [whole]
    if "." in whole or "/" in whole:
        terms += [fold(name) for name in re.split(r"[./]", whole) if "_" in name or "-" in name]
        terms += [fold(piece) for piece in pieces if len(split_humps(piece)) > 1]
    elif "-" in whole or "'" in whole:
        terms.append(stem(re.sub(r"\W", "", whole)))
    folded_parts = (fold(part) for part in parts if len(part) > 1)
    terms += [stem(part) for part in folded_parts if part not in STOP_WORDS]
    return Word(whole, tuple(dict.fromkeys(term for term in terms if term)), is_code)


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


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """`text` in lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Porter2 stem of a folded word; anything but plain letters stays as it is."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    return str(porter2(word))
