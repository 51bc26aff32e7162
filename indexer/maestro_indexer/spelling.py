"""Words that stand nowhere → those that were meant, from the words that the sections are written in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from maestro_indexer.distances import count_edits

LEAST = 4
MOST = 40
SURE_LENGTH = 6
MEANT = 3
COMMON = 2


@dataclass(frozen=True, slots=True)
class Speller:
    """The words there are, with the number of sections that have each.

    `near` holds them by length and first letter, each with its letters as bits, so that most are ruled out
    by one look.
    """

    counts: Mapping[str, int]
    near: Mapping[tuple[int, str], tuple[tuple[int, str], ...]]

    def mend(self, word: str) -> tuple[str, ...]:
        """The nearest words there are, the likeliest first; none when nothing is near."""
        if not LEAST <= len(word) <= MOST or word in self.counts:
            return ()
        limit = 1 if len(word) < SURE_LENGTH else 2
        found: list[tuple[int, bool, int, str]] = []
        for known in self._candidates(word, limit):
            edits = count_edits(word, known, limit)
            if edits is not None:
                found.append((edits, sorted(known) != sorted(word), -self.counts[known], known))
        found.sort()
        return tuple(known for edits, _, _, known in found if edits == found[0][0])[:MEANT]

    def split(self, word: str) -> tuple[str, ...]:
        """The two common words that were written as one, or nothing."""
        for cut in range(3, len(word) - 2):
            first, second = word[:cut], word[cut:]
            if self.counts.get(first, 0) >= COMMON and self.counts.get(second, 0) >= COMMON:
                return first, second
        return ()

    def _candidates(self, word: str, limit: int) -> Iterator[str]:
        """Few get the first letter wrong, but some swap the first two; an edit changes two bits at most."""
        letters = _letters(word)
        for length in range(len(word) - limit, len(word) + limit + 1):
            for first in dict.fromkeys(word[:2]):
                for other, known in self.near.get((length, first), ()):
                    if first != word[0] and known[1] != word[0]:
                        continue
                    if (letters ^ other).bit_count() <= 2 * limit:
                        yield known


def make_speller(counts: Mapping[str, int]) -> Speller:
    """A speller for these words."""
    near: defaultdict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for word in sorted(counts):
        near[len(word), word[0]].append((_letters(word), word))
    return Speller(counts, {key: tuple(words) for key, words in near.items()})


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
