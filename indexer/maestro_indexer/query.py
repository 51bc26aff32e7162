"""What somebody types → weighted terms: words, what they stand for, and what the words ask for.

There is no query language: any text is a query, and nothing in it is an operator.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from maestro_indexer.corpus import Corpus
from maestro_indexer.intents import asks_how, is_about_releases
from maestro_indexer.messages import read_message
from maestro_indexer.synonyms import load_synonyms
from maestro_indexer.vocabulary import WEAK_WORDS
from maestro_indexer.weights import pair_up, telling_words
from maestro_indexer.words import Word, read_word, stem
from maestro_knowledge.core.records import dataclass, field

PART = 0.8
WEAK = 0.6
OWN = 0.4  # names and numbers of the asker's own code say little of what is asked
MENDED = 0.9
JOINED = 0.9
SYNONYM = 0.25
MAX_WORDS = 40
MAX_PAIRED = 9
MAX_STEMS = 12
MAX_MENDED = 8
IDENTIFIER_WORDS = 3


@dataclass(slots=True)
class Concept:
    """One word of the query: its terms with their weights, and whether any section knows it."""

    word: Word
    terms: dict[str, float]
    rarity: float
    is_known: bool
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; `terms` are merged over the concepts, the strongest weight of each."""

    concepts: tuple[Concept, ...]
    terms: dict[str, float] = field(repr=False)
    pairs: tuple[str, ...] = field(repr=False)
    stems: frozenset[str]
    releases: tuple[str, ...]
    is_about_releases: bool
    is_identifier: bool
    asks_how: bool


def read_query(text: str, corpus: Corpus) -> Query:
    """What `text` looks for in this collection."""
    message = read_message(text)
    words = _choose(tuple(dict.fromkeys(telling_words(message))), corpus)
    concepts = tuple(_make_concept(word, corpus) for word in words)
    _mend(concepts, corpus)
    _add_joined(concepts, corpus)
    _add_synonyms(concepts)
    terms: dict[str, float] = {}
    for concept in concepts:
        for term, weight in concept.terms.items():
            terms[term] = max(terms.get(term, 0.0), weight)
    releases = tuple(word.terms[0] for word in words if word.terms[0] in corpus.releases)
    return Query(
        concepts=concepts,
        terms=terms,
        pairs=tuple(dict.fromkeys(pair_up(_meant(concepts), MAX_STEMS))),
        stems=frozenset(stem for concept in concepts for stem in concept.word.stems),
        releases=releases,
        is_about_releases=bool(releases) or is_about_releases(message),
        is_identifier=len(words) <= IDENTIFIER_WORDS and any(word.is_code for word in words),
        asks_how=asks_how(message),
    )


def _choose(words: Sequence[Word], corpus: Corpus) -> Sequence[Word]:
    """All words, or of too many the rarest that the sections know, in their order."""
    if len(words) <= MAX_WORDS:
        return words
    known = [word for word in words if corpus.impacts(word.terms[0]).documents]
    rarest = sorted(known, key=lambda word: -corpus.impacts(word.terms[0]).rarity)[:MAX_WORDS]
    return [word for word in known if word in set(rarest)]


def _make_concept(word: Word, corpus: Corpus) -> Concept:
    share = WEAK if word.surface in WEAK_WORDS else 1.0
    terms = {
        term: share * (PART if number and word.is_code else 1.0) for number, term in enumerate(word.terms)
    }
    whole = corpus.impacts(word.terms[0])
    is_known = bool(whole.documents)
    is_own = not is_known and (word.is_code or word.surface[:1].isdigit())
    return Concept(word, terms, whole.rarity * (OWN if is_own else share), is_known)


def _mend(concepts: Sequence[Concept], corpus: Corpus) -> None:
    """Gives unknown words the terms of what was probably meant."""
    synonyms = load_synonyms()
    unknown = [
        concept
        for concept in concepts
        if not concept.is_known
        and not concept.word.surface.isdigit()
        and not synonyms.knows(concept.word.stems)
    ]
    for concept in unknown[:MAX_MENDED]:
        surface = concept.word.surface
        concept.mended = corpus.speller.mend(surface) or corpus.speller.split(surface)
        if not concept.mended and concept.word.is_code:
            parts = (part for part in concept.word.terms[1:] if not corpus.impacts(part).documents)
            concept.mended = tuple(mended for part in parts for mended in corpus.speller.mend(part)[:1])
        for mended in concept.mended:
            for term in read_word(mended).terms:
                concept.terms.setdefault(term, MENDED)


def _add_joined(concepts: Sequence[Concept], corpus: Corpus) -> None:
    """`web socket` finds `websocket`."""
    for one, other in pairwise(concepts):
        joined = one.word.surface + other.word.surface
        if joined.isalpha() and corpus.impacts(stem(joined)).documents:
            one.terms.setdefault(stem(joined), JOINED)


def _add_synonyms(concepts: Sequence[Concept]) -> None:
    owners = [concept for concept in concepts for _ in concept.word.stems]
    stems = [stem for concept in concepts for stem in concept.word.stems]
    for meaning in load_synonyms().find(stems):
        for term in meaning.terms:
            owners[meaning.start].terms.setdefault(term, SYNONYM)


def _meant(concepts: Sequence[Concept]) -> Iterator[Word]:
    """The rarest words as they were meant: those whose company tells most."""
    telling = [concept for concept in concepts if concept.is_known or concept.mended]
    for concept in sorted(telling, key=lambda concept: (-concept.rarity, concept.word.surface))[:MAX_PAIRED]:
        if concept.mended:
            yield read_word(concept.mended[0])
        else:
            yield concept.word
