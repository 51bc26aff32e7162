"""Words that stand nowhere → those that were meant, from the words that the sections are written in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from maestro_indexer.distances import count_edits

LEAST = 4
MOST = 40
SURE_LENGTH = 6
MEANT = 3
COMMON = 2

Near = Mapping[int, tuple[tuple[int, str], ...]]


class Speller:
    """Mends and parts words; the words there are, it reads by their first letter when that is first needed.

    `begin` gives the words that begin with a letter, `count` in how many sections a word stands.
    """

    def __init__(self, begin: Callable[[str], Iterable[str]], count: Callable[[str], int]) -> None:
        self._begin = begin
        self._count = count
        self._near: dict[str, Near] = {}

    def mend(self, word: str) -> tuple[str, ...]:
        """The nearest words there are, the likeliest first; none when none is near or it is one itself."""
        if not LEAST <= len(word) <= MOST:
            return ()
        limit = 1 if len(word) < SURE_LENGTH else 2
        found: dict[str, int] = {}
        for known in self._candidates(word, limit):
            edits = count_edits(word, known, limit)
            if edits is not None:
                found[known] = edits
        least = min(found.values(), default=0)
        if not least:
            return ()
        near = [known for known, edits in found.items() if edits == least]
        letters = sorted(word)
        near.sort(key=lambda known: (sorted(known) != letters, -self._count(known), known))
        return tuple(near[:MEANT])

    def split(self, word: str) -> tuple[str, ...]:
        """The two common words that were written as one, or nothing."""
        for cut in range(3, min(len(word), MOST) - 2):
            if self._is_common(word[:cut]) and self._is_common(word[cut:]):
                return word[:cut], word[cut:]
        return ()

    def _is_common(self, word: str) -> bool:
        return self._count(word) >= COMMON

    def _candidates(self, word: str, limit: int) -> Iterator[str]:
        """Few get the first letter wrong, but some swap the first two; an edit changes two bits at most."""
        letters = _letters(word)
        for first in dict.fromkeys(word[:2]):
            near = self._beginning_with(first)
            for length in range(len(word) - limit, len(word) + limit + 1):
                for other, known in near.get(length, ()):
                    swapped = first != word[0] and known[1:2] != word[0]
                    if not swapped and (letters ^ other).bit_count() <= 2 * limit:
                        yield known

    def _beginning_with(self, first: str) -> Near:
        near = self._near.get(first)
        if near is None:
            by_length: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
            for word in sorted(self._begin(first)):
                by_length[len(word)].append((_letters(word), word))
            near = {length: tuple(words) for length, words in by_length.items()}
            if near:
                self._near[first] = near
        return near


def make_speller(counts: Mapping[str, int]) -> Speller:
    """A speller for these words."""
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for word in counts:
        by_first[word[:1]].append(word)
    return Speller(lambda first: by_first.get(first, ()), lambda word: counts.get(word, 0))


def _letters(word: str) -> int:
    """The letters of a word as bits, so that most other words are ruled out by one look."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
