"""Names that do not exist → the refs that were probably meant."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from maestro_indexer.spelling import Speller, make_speller
from maestro_indexer.words import fold, split_humps
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import Ref

LOOKED_AT = 40
OTHER_KIND = 0.6

_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Names:
    """The refs that there are by the words in their names."""

    refs: tuple[str, ...]
    kinds: tuple[str, ...]
    by_word: Mapping[str, "array[int]"]
    speller: Speller

    def nearest(self, ref: Ref, limit: int = 3) -> tuple[str, ...]:
        """The refs whose names come closest, best first; of the kind asked for if there are such."""
        asked = f"{ref.kind}:{ref.id}"
        found: defaultdict[int, float] = defaultdict(float)
        for word in dict.fromkeys(_words(ref.id)[:20]):
            known = (word,) if word in self.by_word else self.speller.mend(word) or self.speller.split(word)
            for candidate in known:
                numbers = self.by_word[candidate]
                for number in numbers:
                    found[number] += 1 / (1 + len(numbers))
        for number in found:
            if self.kinds[number] != ref.kind:
                found[number] *= OTHER_KIND
        best = sorted(found, key=lambda number: (-found[number], self.refs[number]))[:LOOKED_AT]
        closest = sorted(best, key=lambda number: (-self._likeness(number, asked, ref), self.refs[number]))
        return tuple(self.refs[number] for number in closest[:limit])

    def _likeness(self, number: int, asked: str, ref: Ref) -> float:
        likeness = SequenceMatcher(None, self.refs[number].lower(), asked.lower()[:200]).ratio()
        return likeness if self.kinds[number] == ref.kind else likeness * OTHER_KIND


def names_of(sections: Iterable[tuple[str, str, str]]) -> Names:
    """The names of sections given as ref, kind and id."""
    refs, kinds = [], []
    by_word: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for number, (ref, kind, section_id) in enumerate(sections):
        refs.append(ref)
        kinds.append(kind)
        for word in dict.fromkeys(_words(section_id)):
            by_word[word].append(number)
    counts = {word: len(numbers) for word, numbers in by_word.items()}
    return Names(tuple(refs), tuple(kinds), dict(by_word), make_speller(counts))


def _words(name: str) -> Sequence[str]:
    return [fold(hump) for part in _PARTS.findall(name) for hump in (part, *split_humps(part))]
