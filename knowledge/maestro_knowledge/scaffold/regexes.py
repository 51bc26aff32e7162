"""Strings that match a pattern, so that generated tests have something to send."""

import re
import warnings
from collections.abc import Callable
from re import _constants as tokens  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CLASSES = {
    tokens.CATEGORY_DIGIT: "0123456789",
    tokens.CATEGORY_NOT_DIGIT: "abcxyz",
    tokens.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyz0123456789",
    tokens.CATEGORY_NOT_WORD: "-. ",
    tokens.CATEGORY_SPACE: " ",
    tokens.CATEGORY_NOT_SPACE: "abcxyz019",
}
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .,:;/@#"


def match_samples(
    pattern: str, count: int, *, shortest: int = 0, accepts: Callable[[str], bool]
) -> list[str]:
    """Up to `count` different strings that `accepts` takes, or fewer where the pattern is beyond us."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError, ValueError):
        return []
    found: list[str] = []
    for seed in range(count * 12):
        writer = _Writer(seed, stretch=shortest)
        try:
            text = writer.write(tree)
        except (RecursionError, _OutOfReach):
            return found
        for candidate in (text, text.ljust(shortest, "a")):
            if candidate not in found and accepts(candidate):
                found.append(candidate)
                break
        if len(found) == count:
            break
    return found


class _OutOfReach(Exception):
    """The pattern asks for more than a sample needs, or for what is not written here."""


class _Writer:
    """Walks a parsed pattern and writes one string; the seed turns the choices."""

    def __init__(self, seed: int, stretch: int) -> None:
        self._seed = seed
        self._stretch = stretch
        self._groups: dict[int, str] = {}
        self._length = 0

    def write(self, tree: Any) -> str:
        return "".join(self._token(token, value) for token, value in tree)

    def _pick(self, choices: str) -> str:
        if not choices:
            raise _OutOfReach
        self._length += 1
        if self._length > 5_000:
            raise _OutOfReach
        turn = self._seed
        self._seed, picked = divmod(turn, len(choices))
        return choices[picked]

    def _token(self, token: Any, value: Any) -> str:
        if token is tokens.LITERAL:
            return chr(value)
        if token is tokens.NOT_LITERAL:
            return self._pick(_PLAIN.replace(chr(value), ""))
        if token is tokens.ANY:
            return self._pick(_PLAIN)
        if token is tokens.IN:
            return self._pick(_members(value))
        if token in {tokens.MAX_REPEAT, tokens.MIN_REPEAT, tokens.POSSESSIVE_REPEAT}:
            return self._repeat(*value)
        if token is tokens.SUBPATTERN:
            text = self.write(value[-1])
            self._groups[value[0] or 0] = text
            return text
        if token is tokens.BRANCH:
            branches = value[1]
            self._seed, picked = divmod(self._seed, len(branches))
            return self.write(branches[picked])
        if token is tokens.GROUPREF:
            return self._groups.get(value, "")
        if token is tokens.ATOMIC_GROUP:
            return self.write(value)
        if token is tokens.AT:
            return ""
        raise _OutOfReach

    def _repeat(self, least: int, most: int, inner: Any) -> str:
        wanted = least
        if most > least and (least == 0 or self._stretch > least):
            wanted = min(int(most), max(least + 1, self._stretch))
        if wanted > 2_000:
            raise _OutOfReach
        return "".join(self.write(inner) for _ in range(wanted))


def _members(items: Any) -> str:
    negated = bool(items) and items[0][0] is tokens.NEGATE
    members: list[str] = []
    for token, value in items[1:] if negated else items:
        if token is tokens.LITERAL:
            members.append(chr(value))
        elif token is tokens.RANGE:
            low, high = value
            members.extend(chr(code) for code in range(low, min(high, low + 200) + 1))
        elif token is tokens.CATEGORY:
            members.extend(_CLASSES.get(value, ""))
    if negated:
        return "".join(char for char in _PLAIN if char not in members)
    return "".join(dict.fromkeys(members))
