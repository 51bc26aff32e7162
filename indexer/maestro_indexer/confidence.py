"""Whether the best hits answer the question, or only share words with it.

The score alone says nothing: it grows with the query. What tells is how much the best section scores for
each word of the query, by the word's rarity, and how much of the query it says at all; of a long question
no section says as much as of two words.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

from maestro_indexer.corpus import Corpus
from maestro_indexer.query import Concept, Query
from maestro_indexer.ranking import Ranked

ENOUGH = 1.45
OWN = 0.5  # our own pages mention much in passing; they count when they are about it
LOOKED_AT = 3
OWN_KINDS = frozenset({"guide", "rule", "profile"})


def is_confident(corpus: Corpus, query: Query, ranked: Sequence[Ranked]) -> bool:
    """Whether the best sections say enough of what was asked."""
    return measure_confidence(corpus, query, ranked) >= ENOUGH


def measure_confidence(corpus: Corpus, query: Query, ranked: Sequence[Ranked]) -> float:
    """How well the best sections answer, whatever the length of the query."""
    own = [hit for hit in ranked if corpus.rows[hit.document].kind in OWN_KINDS]
    official = [hit for hit in ranked if corpus.rows[hit.document].kind not in OWN_KINDS]
    share = OWN if corpus.has_documentation else 1.0
    return max(_measure(corpus, query, official), share * _measure(corpus, query, own))


def _measure(corpus: Corpus, query: Query, hits: Sequence[Ranked]) -> float:
    asked = math.fsum(concept.rarity for concept in query.concepts)
    if not hits or not asked:
        return 0.0
    said = max(_said(corpus, query, hit.document) for hit in hits[:LOOKED_AT])
    return hits[0].score / asked * math.sqrt(said / asked) * math.log1p(len(query.concepts))


def _said(corpus: Corpus, query: Query, document: int) -> float:
    """How much of the query the section says: the rarity of each word of which a term stands there."""
    return math.fsum(concept.rarity * _best(corpus, concept, document) for concept in query.concepts)


def _best(corpus: Corpus, concept: Concept, document: int) -> float:
    return max(
        (weight for term, weight in concept.terms.items() if _stands(corpus, term, document)), default=0
    )


def _stands(corpus: Corpus, term: str, document: int) -> bool:
    documents = corpus.impacts(term).documents
    position = bisect_left(documents, document)
    return position < len(documents) and documents[position] == document
