"""Queries → what a searcher answers → scores, for any searcher that gives places."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.score_retrieval import score

from maestro_indexer.model import Wanted
from maestro_indexer.search import search
from maestro_indexer.views import View

FOLDER = Path(__file__).parent
LIMIT = 10
REPEATS = 3

Query = Mapping[str, Any]
Searcher = Callable[[str], "Answer"]


@dataclass(frozen=True)
class Answer:
    """The published places that a searcher leads to, best first, and whether it is sure."""

    places: tuple[tuple[str, str], ...]
    confident: bool | None = None


def read_queries(name: str, split: str = "") -> list[Query]:
    """The queries of `<name>.jsonl`, all or one split."""
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    queries = [json.loads(line) for line in lines if line.strip()]
    return [query for query in queries if not split or query.get("split") == split]


def query_sets() -> dict[str, list[Query]]:
    """Every set of queries that there is, by name."""
    return {
        "dev": read_queries("retrieval-dev"),
        "own, tuned on": read_queries("retrieval-own", "tune"),
        "own, held back": read_queries("retrieval-own", "held"),
        "own, first fresh set": read_queries("retrieval-own", "fresh"),
        "own, last fresh set": read_queries("retrieval-own", "last"),
    }


def maestro(view: View) -> Searcher:
    """Our own search over a view."""

    def answer(text: str) -> Answer:
        hits = search(view, text, Wanted(), LIMIT)
        return Answer(tuple((h.place.path, h.place.anchor) for h in hits.hits if h.place), hits.confident)

    return answer


def answerable(queries: Iterable[Query], places: frozenset[tuple[str, str]]) -> list[Query]:
    """The queries of which a library can answer at least one gold place, and those without any gold."""
    pages = {page for page, _ in places}
    kept: list[Query] = []
    for query in queries:
        gold = [g for g in query["gold"] if _is_there(g, places, pages)]
        if gold or not query["gold"]:
            kept.append({**query, "gold": gold})
    return kept


def run(searcher: Searcher, queries: Sequence[Query], repeats: int = 1) -> dict[str, Any]:
    """The scores of a searcher; of several runs the fastest counts."""
    results = []
    for query in queries:
        spent = []
        for _ in range(repeats):
            begin = time.perf_counter()
            answer = searcher(query["query"])
            spent.append(time.perf_counter() - begin)
        row: dict[str, Any] = {
            "id": query["id"],
            "results": [{"path": path, "anchor": anchor} for path, anchor in answer.places],
            "latency_ms": min(spent) * 1000,
        }
        if answer.confident is not None:
            row["confident"] = answer.confident
        results.append(row)
    return dict(score(list(queries), results))


def _is_there(gold: Mapping[str, Any], places: frozenset[tuple[str, str]], pages: set[str]) -> bool:
    return (gold["path"], gold["anchor"]) in places if gold["anchor"] else gold["path"] in pages
