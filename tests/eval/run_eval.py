"""`make eval`: how well the search finds, on every layer, beside SQLite FTS5 on the same sections.

    run_eval.py [--json FILE] [--misses] [--no-network]

The full vault is the repository that MAESTRO_EVAL_VAULT names (`PATH` or `PATH@REF`).
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from eval.fts5 import Fts5, fts5
from eval.libraries import Library, embedded_library, git_library, named_vault, sdist_library
from eval.measure import REPEATS, answerable, maestro, query_sets, run

from maestro_knowledge.core.errors import MaestroError

COLUMNS = (
    "P@1",
    "P@5",
    "P mrr",
    "P ndcg",
    "S@1",
    "S@5",
    "S mrr",
    "S ndcg",
    "abstain",
    "false",
    "p50 ms",
    "p95 ms",
    "MB",
)
CATEGORIES = ("P@1", "P@5", "P mrr", "S@1", "S@5", "S mrr")


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--misses", action="store_true", help="list the queries without a right page in the first five"
    )
    parser.add_argument("--no-network", action="store_true", help="leave the source distributions out")
    options = parser.parse_args()
    rows: dict[str, Any] = {}
    for library in _libraries(network=not options.no_network):
        print(f"\n{library.name}")
        print(f"{'':<34}{'n':>5} " + "".join(f"{name:>8}" for name in COLUMNS))
        for name, scores in _score(library):
            rows[f"{library.name} / {name}"] = scores
            print(f"{name:<34}{scores['n']:>5} " + _cells(scores))
            if options.misses:
                for miss in scores["misses"]:
                    print("  miss:", *miss)
        _print_categories(library, rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


def _libraries(*, network: bool) -> Iterator[Library]:
    vault = named_vault()
    if vault:
        yield git_library(*vault)
    else:
        print("MAESTRO_EVAL_VAULT names no repository: the full vault is left out.")
    for version in ("0.110.0", "latest") if network else ():
        try:
            yield sdist_library(version)
        except MaestroError as error:
            print(f"\nFastAPI {version} from the package index is left out: {error.message}")
    yield embedded_library()


def _score(library: Library) -> Iterator[tuple[str, dict[str, Any]]]:
    peer = Fts5(library.sections)
    has_docs = library.has_docs
    for name, queries in query_sets().items():
        fair = answerable(queries, library.places) if has_docs else queries
        ours = run(maestro(library.view), fair, REPEATS)
        yield name, {**ours, "bytes": _size(library)}
        if has_docs:
            yield f"  {name}, FTS5", {**run(fts5(peer), fair, REPEATS), "bytes": peer.size}


def _size(library: Library) -> int:
    storages = (snapshot.reader.storage() for snapshot in library.view.snapshots)
    return sum(storage.file_length(name) for storage in storages if storage for name in storage.list())


def _cells(scores: dict[str, Any]) -> str:
    page, section = scores["page"], scores["section"]
    negatives, latency = scores.get("negatives", {}), scores["latency_ms"]
    values = (
        *(page[key] for key in ("hit@1", "hit@5", "mrr@10", "ndcg@10")),
        *(section[key] for key in ("hit@1", "hit@5", "mrr@10", "ndcg@10")),
        negatives.get("abstain", 0.0),
        negatives.get("false_abstain", 0.0),
        latency["p50"],
        latency["p95"],
        scores["bytes"] / 1e6,
    )
    return "".join(f"{value:8.3f}" if number < 10 else f"{value:8.2f}" for number, value in enumerate(values))


def _print_categories(library: Library, rows: dict[str, Any]) -> None:
    """Ours by category, over all queries of every set."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for name, scores in rows.items():
        if name.startswith(f"{library.name} / ") and not name.endswith("FTS5"):
            for category, of_it in scores["by_category"].items():
                found.setdefault(category, []).append((of_it["n"], of_it))
    print(f"\n{'by category, all sets':<34}{'n':>5} " + "".join(f"{name:>8}" for name in CATEGORIES))
    for category, parts in sorted(found.items()):
        total = sum(n for n, _ in parts)
        means = [
            sum(n * part[level].get(key, 0.0) for n, part in parts) / total
            for level in ("page", "section")
            for key in ("hit@1", "hit@5", "mrr@10")
        ]
        print(f"{category:<34}{total:>5} " + "".join(f"{mean:8.3f}" for mean in means))


if __name__ == "__main__":
    sys.exit(main())
