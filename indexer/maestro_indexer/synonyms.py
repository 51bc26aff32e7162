"""What people call things: phrases of other frameworks, of operations and of everyday speech, one way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from maestro_indexer.tables import read_table
from maestro_indexer.words import Word, read_words
from maestro_knowledge.core.records import dataclass

MAX_PHRASE = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase that stands in a query: its span among the stems, and the terms it stands for."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Phrases by their stemmed words, each with the terms that the documentation uses instead."""

    meanings: Mapping[tuple[str, ...], tuple[str, ...]]

    def find(self, stems: Sequence[str]) -> tuple[Meaning, ...]:
        """Every phrase that stands in `stems`."""
        spans = (
            (start, end)
            for start in range(len(stems))
            for end in range(start + 1, min(start + MAX_PHRASE, len(stems)) + 1)
        )
        found = ((start, end, self.meanings.get(tuple(stems[start:end]))) for start, end in spans)
        return tuple(Meaning(start, end, terms) for start, end, terms in found if terms)

    def knows(self, stems: Sequence[str]) -> bool:
        """Whether exactly this is a phrase of the table."""
        return tuple(stems) in self.meanings


@cache
def load_synonyms() -> Synonyms:
    """The table that is shipped."""
    return make_synonyms(read_table("synonyms"))


def make_synonyms(rows: Iterable[tuple[str, str]]) -> Synonyms:
    """The table of rows `phrase, phrase` and what they mean."""
    meanings: dict[tuple[str, ...], tuple[str, ...]] = {}
    for said, meant in rows:
        terms = [term for word in _telling(meant) for term in word.terms]
        for phrase in said.split(","):
            stems = tuple(stem for word in _telling(phrase) for stem in word.stems)
            if stems:
                meanings[stems] = tuple(dict.fromkeys((*meanings.get(stems, ()), *terms)))
    return Synonyms(meanings)


def _telling(text: str) -> Iterator[Word]:
    return (word for word in read_words(text) if not word.is_empty)
