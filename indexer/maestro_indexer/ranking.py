"""Which sections answer a query: BM25F over the fused field, then the kind of section, and its page."""

import heapq
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from maestro_indexer.corpus import Corpus
from maestro_indexer.query import Query
from maestro_knowledge.core.refs import Kind

CANDIDATES = 150
CITED = 0.5
CITED_NEXT = 0.7
CITED_PLACES = 4
PAIR = 0.4
PAGE = 0.7
PAGE_SECTIONS = 3
TITLE = 0.1
RELEASE_ASKED = 1.5
RELEASE_NAMED = 3.0
IDENTIFIER = 1.15
PLACES = 4

PRIORS: Mapping[Kind, float] = MappingProxyType(
    {
        "docs": 1.0,
        "guide": 0.65,
        "rule": 0.55,
        "api": 0.8,
        "example": 0.6,
        "release": 0.25,
        "profile": 0.3,
    }
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A section of the corpus that answers, and how well."""

    document: int
    score: float


def rank(corpus: Corpus, query: Query, kind: Kind | None = None) -> tuple[Ranked, ...]:
    """The sections that answer, best first; ties are broken by what they are called."""
    scores = _score_terms(corpus, query)
    found = [
        (score * _prior(corpus, query, document), document)
        for document, score in enumerate(scores)
        if score and (kind is None or corpus.rows[document].kind == kind)
    ]
    top = _add_citations(corpus, heapq.nlargest(CANDIDATES, found))
    ranked = [Ranked(document, round(score, PLACES)) for score, document in _add_evidence(corpus, query, top)]
    return tuple(
        sorted(ranked, key=lambda r: (-r.score, corpus.rows[r.document].kind, corpus.rows[r.document].id))
    )


def _score_terms(corpus: Corpus, query: Query) -> "array[float]":
    scores = array("d", bytes(8 * len(corpus)))
    for term, weight in query.terms.items():
        impacts = corpus.impacts(term)
        factor = weight * impacts.rarity
        for document, value in zip(impacts.documents, impacts.values, strict=True):
            scores[document] += factor * value
    for pair in query.pairs:
        first, second = pair.split(" ")
        factor = PAIR * min(corpus.impacts(first).rarity, corpus.impacts(second).rarity)
        for document in corpus.pair(pair).documents:
            scores[document] += factor
    return scores


def _add_citations(corpus: Corpus, top: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """A section of the documentation gains from our own pages that answer and cite it."""
    gains: dict[int, float] = {}
    for score, document in top:
        for order, place in enumerate(corpus.rows[document].cites[:CITED_PLACES]):
            cited = corpus.by_place.get(place)
            if cited is not None:
                gains[cited] = max(gains.get(cited, 0.0), CITED * score * CITED_NEXT**order)
    known = {document for _, document in top}
    raised = [(score + gains.get(document, 0.0), document) for score, document in top]
    return raised + [(gain, document) for document, gain in sorted(gains.items()) if document not in known]


def _prior(corpus: Corpus, query: Query, document: int) -> float:
    row = corpus.rows[document]
    prior = corpus.share(document).prior
    if row.kind == "release":
        if row.id in query.releases or row.id.rpartition(".")[0] in query.releases:
            return prior * RELEASE_NAMED
        return prior * (RELEASE_ASKED if query.is_about_releases else PRIORS["release"])
    if row.kind == "api" or row.page.startswith("reference/"):
        return prior * (IDENTIFIER if query.is_identifier else PRIORS["api"])
    return prior * PRIORS[row.kind]


def _add_evidence(
    corpus: Corpus, query: Query, top: Iterable[tuple[float, int]]
) -> Iterable[tuple[float, int]]:
    """A section gains when its page has more that answers, and when its title says what was asked."""
    best: defaultdict[int, list[float]] = defaultdict(list)
    candidates = list(top)
    for score, document in candidates:
        of_page = best[corpus.pages[document]]
        if len(of_page) < PAGE_SECTIONS:
            of_page.append(score)
    for score, document in candidates:
        evidence = sum(best[corpus.pages[document]]) / PAGE_SECTIONS
        title = corpus.titles[document]
        said = len(title & query.stems) / len(title) if title else 0.0
        yield (score + PAGE * evidence) * (1 + TITLE * said), document
