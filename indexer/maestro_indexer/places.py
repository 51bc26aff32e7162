"""Where in the published docs a hit leads."""

from collections.abc import Mapping, Sequence

from maestro_indexer.asked import load_asked
from maestro_indexer.corpus import Corpus
from maestro_indexer.query import Query
from maestro_indexer.weights import telling_words
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.model import Place, Section

ANCHOR = 1.5
LEADING = frozenset({DEFAULT_SOURCE, "maestro"})


def choose_place(
    section: Section, query: Query, corpus: Corpus, scores: Mapping[Place, float], taken: Sequence[Place]
) -> Place | None:
    """The section's own place, or of those it cites the one that answers the query best.

    `scores` are those of the sections that stand at a place, the best first; a place that is `taken` by a
    better hit is chosen only when nothing else that is cited says anything of what was asked. What has no
    place in the published docs and cites none, as the agent skill, leads to the best there is.
    """
    if section.place or section.source.name not in LEADING:
        return section.place
    if not section.cites:
        return next(iter(scores), None) if section.kind == "docs" else None
    fits = [(_fit(place, query, corpus, scores), -order, place) for order, place in enumerate(section.cites)]
    free = [fit for fit in fits if fit[2] not in taken and any(fit[0])]
    return max(free or fits)[2] if free or fits else None


def _fit(place: Place, query: Query, corpus: Corpus, scores: Mapping[Place, float]) -> tuple[float, float]:
    return scores.get(place, 0.0), _say(place, query, corpus)


def _say(place: Place, query: Query, corpus: Corpus) -> float:
    """How much of the query stands in the place's name, and in the phrases people ask for it with."""
    page = place.path.removesuffix(".md")
    phrases = " ; ".join(load_asked().get(f"{page}#{place.anchor}", ()))
    texts = ((ANCHOR, place.anchor), (1.0, page), (1.0, phrases))
    return sum(weight * _share(text, query, corpus) for weight, text in texts)


def _share(text: str, query: Query, corpus: Corpus) -> float:
    stems = {stem for word in telling_words(text.replace("-", " ").replace("/", " ")) for stem in word.stems}
    said = stems & query.terms.keys()
    rarity = sum(corpus.impacts(term).rarity * query.terms[term] for term in said)
    return rarity * (1 + len(said) / max(len(stems), 1))
