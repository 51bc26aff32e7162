"""Which sections answer a query: BM25F over the fused field, then the kind of section, and its page."""

import heapq
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

from maestro_indexer.corpus import Corpus
from maestro_indexer.priors import RELEASE_FIRST, RELEASE_NAMED, weigh_sort
from maestro_indexer.query import Query
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import Kind

CANDIDATES = 100
CITED = 0.15
CITED_NEXT = 0.7
CITED_PLACES = 4
PAIR = 0.5
PAGE = 0.7
PAGE_SECTIONS = 3
TITLE = 0.1
PLACES = 4


@dataclass(frozen=True, slots=True)
class Ranked:
    """A section of the corpus that answers, and how well."""

    document: int
    score: float


def rank(corpus: Corpus, query: Query, kind: Kind | None = None) -> tuple[Ranked, ...]:
    """The sections that answer, best first; ties are broken by what they are called."""
    scores = _weigh_sorts(corpus, query, kind, _score_terms(corpus, query))
    least = min(heapq.nlargest(CANDIDATES, scores), default=0.0)
    top = [(score, document) for document, score in enumerate(scores) if score >= least and score > 0.0]
    top = _add_citations(corpus, kind, sorted(top, reverse=True))
    ranked = [Ranked(document, round(score, PLACES)) for score, document in _add_evidence(corpus, query, top)]
    return tuple(sorted(ranked, key=lambda hit: (-hit.score, *corpus.rows[hit.document].name)))


def _weigh_sorts(
    corpus: Corpus, query: Query, kind: Kind | None, scores: Sequence[float]
) -> "Sequence[float]":
    """The scores by what sort of section each is; a release that is named stands above all others."""
    sorts, numbers = corpus.sorts
    factors = [weigh_sort(sort, query, kind) for sort in sorts]
    weighed = [score * factors[number] for score, number in zip(scores, numbers, strict=True)]
    for version in query.releases:
        for document in corpus.releases[version]:
            if kind in {None, "release"}:
                is_first = corpus.rows[document].id == f"{version}.0"
                weighed[document] = scores[document] * RELEASE_NAMED * (RELEASE_FIRST if is_first else 1.0)
    return weighed


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


def _add_citations(
    corpus: Corpus, kind: Kind | None, top: Sequence[tuple[float, int]]
) -> list[tuple[float, int]]:
    """A section of the documentation gains from our own pages that answer and cite it."""
    if kind is not None:
        return list(top)
    gains: dict[int, float] = {}
    for score, document in top:
        for order, place in enumerate(corpus.rows[document].cites[:CITED_PLACES]):
            cited = corpus.by_place.get(place)
            if cited is not None:
                gains[cited] = max(gains.get(cited, 0.0), CITED * score * CITED_NEXT**order)
    known = {document for _, document in top}
    raised = [(score + gains.get(document, 0.0), document) for score, document in top]
    return raised + [(gain, document) for document, gain in sorted(gains.items()) if document not in known]


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
