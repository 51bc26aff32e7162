"""Searching: a text → the sections that answer it, what of them to show, and whether they are an answer."""

from collections import Counter
from collections.abc import Iterator, Sequence

from maestro_indexer.choice import choose
from maestro_indexer.confidence import is_confident
from maestro_indexer.corpus import Corpus
from maestro_indexer.model import Hit, Hits, Wanted
from maestro_indexer.places import choose_place
from maestro_indexer.query import Query, read_query
from maestro_indexer.ranking import Ranked, rank
from maestro_indexer.snippets import make_snippet
from maestro_indexer.views import View
from maestro_knowledge.vault.model import Place

MOST = 50
OF_ONE_PAGE = 2
SIGNPOSTS = 2
LIKELY = 0.3  # of the best score: below it a text of our own is no better than a signpost
SUGGESTIONS = 5


def search(view: View, text: str, wanted: Wanted, limit: int = 5) -> Hits:
    """The sections that answer `text`, best first; any text is a query."""
    corpus = choose(view, wanted).corpus
    query = read_query(text, corpus)
    ranked = rank(corpus, query, wanted.kind)
    shown = _spread(corpus, query, ranked, one_kind=wanted.kind is not None)[: max(1, min(limit, MOST))]
    confident = is_confident(corpus, query, ranked)
    hits = tuple(_make_hits(corpus, query, ranked, shown))
    suggestions = () if confident else tuple(_suggest(corpus, ranked, shown))
    mended = tuple(f"{c.word.surface} → {c.mended[0]}" for c in query.concepts if c.mended)
    return Hits(hits, confident, suggestions, mended)


def _spread(corpus: Corpus, query: Query, ranked: Sequence[Ranked], *, one_kind: bool) -> list[Ranked]:
    """The hits without those that lead where a better one leads, and at first only two of a page.

    Where the documentation is not indexed, only two signposts to it come before what can be read here.
    """
    first: list[Ranked] = []
    after: list[Ranked] = []
    later: list[Ranked] = []
    places: set[Place] = set()
    of_page: Counter[str] = Counter()
    signposts = 0
    least = LIKELY * ranked[0].score if ranked and not corpus.has_documentation else 0.0
    for hit in ranked:
        row = corpus.rows[hit.document]
        if row.place is not None and row.place in places and not one_kind:
            continue
        if row.place is not None:
            places.add(row.place)
        free = one_kind or (row.kind == "release" and query.is_about_releases)
        of_page[row.page] += 1
        if of_page[row.page] > OF_ONE_PAGE and not free:
            later.append(hit)
            continue
        signposts += corpus.is_signpost(hit.document)
        is_less = hit.score < least or (corpus.is_signpost(hit.document) and signposts > SIGNPOSTS)
        (after if is_less else first).append(hit)
    return first + after + later


def _make_hits(
    corpus: Corpus, query: Query, ranked: Sequence[Ranked], shown: Sequence[Ranked]
) -> Iterator[Hit]:
    scores: dict[Place, float] = {}
    for hit in ranked:
        row = corpus.rows[hit.document]
        if row.place is not None and row.kind in {"docs", "api", "release"}:
            scores.setdefault(row.place, hit.score)
    taken: list[Place] = []
    for hit in shown:
        section = corpus.read_section(hit.document)
        place = choose_place(section, query, corpus, scores, taken)
        if place is not None:
            taken.append(place)
        yield Hit(section, hit.score, make_snippet(section, query, corpus), place)


def _suggest(corpus: Corpus, ranked: Sequence[Ranked], shown: Sequence[Ranked]) -> Iterator[str]:
    """The nearest headings that are not shown already."""
    seen = {corpus.rows[hit.document].page for hit in shown}
    count = 0
    for hit in ranked:
        row = corpus.rows[hit.document]
        if row.page in seen or row.kind == "release":
            continue
        seen.add(row.page)
        yield f"{row.title} ({corpus.ref(hit.document)})"
        count += 1
        if count == SUGGESTIONS:
            return
