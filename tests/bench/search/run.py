"""How fast the search is, beside SQLite FTS5 and tantivy on the same sections and the same queries.

    run.py [--json FILE] [--scale]

The library is that of `make eval`: the repository MAESTRO_EVAL_VAULT names, else FastAPI 0.110.0's source
distribution. tantivy is measured where it is installed. `--scale` repeats the sections with changed words up to
120,000 of them, which takes minutes to index.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.search.clients import measure_clients
from bench.table import Row as Line
from bench.table import write_json
from eval.fts5 import Fts5
from eval.libraries import Library, gate_library, make_library
from eval.measure import query_sets

from maestro_indexer.assemble import add_snapshot, describe, make_key
from maestro_indexer.generations import Generations
from maestro_indexer.model import Wanted
from maestro_indexer.search import search
from maestro_indexer.snapshots import OpenSnapshot
from maestro_indexer.views import View
from maestro_knowledge.vault.model import Contents, PageContents, Section

LIMIT = 5
ROUNDS = 3
THREADS = 8
VERSIONS = 10
ASKED_OVER_STDIO = 60
SIZES = (1_200, 12_000, 120_000)
COLUMNS = ("p50 ms", "p95 ms", "p99 ms", "x FTS5")
Ask = Callable[[str], object]
Row = dict[str, float]


def main() -> int:
    """Prints one table, and writes it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        print(json.dumps(measure_opening(options.open)))
        return 0
    library = gate_library()
    rows = dict(measure_queries(library))
    rows.update(measure_stdio(library))
    rows["opening an index"] = measure_in_a_process(library)
    if options.scale:
        rows.update(measure_growth(library))
    show(library, rows)
    if options.json:
        write_json(options.json, list(as_table(rows)))
    return 0


def as_table(rows: dict[str, Row]) -> Iterator[Line]:
    """The rows as every other bench writes them: medians beside FTS5's, then what opening costs."""
    peer = rows["SQLite FTS5"]
    for name, row in rows.items():
        if "p50 ms" in row and row is not peer:
            for column, aim in (("p50 ms", "<= 5 ms"), ("p95 ms", "<= 15 ms")):
                is_ours = name.startswith("Maestro") and "stdio" not in name  # the aims are for in-process
                what = f"{name}: {column.removesuffix(' ms')}"
                yield Line(what, row[column], "SQLite FTS5", peer[column], "ms", aim if is_ours else "")
        elif row is not peer:
            for column, value in row.items():
                yield Line(f"{name}: {column}", value, "", 0, column.rpartition(" ")[2])


def measure_queries(library: Library) -> Iterator[tuple[str, Row]]:
    """Every engine on the same queries, one after the other in one process."""
    queries = [str(query["query"]) for queries in query_sets().values() for query in queries]
    peer = Fts5(library.sections)
    theirs = spread(times(lambda text: peer.search(text, LIMIT), queries))
    main = [one for one in library.contents if one.snapshot.layer in {"git", "sdist"}]
    alone = make_library("one version", main)
    yield (
        "Maestro, first time each is asked",
        ratio(spread(times(asker(alone.view), queries, rounds=1)), theirs),
    )
    yield "Maestro, one version", ratio(spread(times(asker(alone.view), queries)), theirs)
    yield "Maestro, all sources", ratio(spread(times(asker(library.view), queries)), theirs)
    yield (
        f"Maestro, {VERSIONS} versions",
        ratio(spread(times(asker(many_versions(library.view)), queries)), theirs),
    )
    yield f"Maestro, {THREADS} threads", ratio(spread(times_together(asker(library.view), queries)), theirs)
    yield "SQLite FTS5", ratio(theirs, theirs)
    tantivy = make_tantivy(library.sections)
    if tantivy:
        yield "tantivy", ratio(spread(times(tantivy, queries)), theirs)


def asker(view: View) -> Ask:
    """Our search as a caller uses it: hits, places, snippets, doubt."""
    return lambda text: search(view, text, Wanted(), LIMIT)


def times(ask: Ask, queries: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds for each query, the best of some rounds."""
    best = [float("inf")] * len(queries)
    for _ in range(rounds):
        for number, text in enumerate(queries):
            begin = time.perf_counter()
            ask(text)
            best[number] = min(best[number], (time.perf_counter() - begin) * 1000)
    return best


def times_together(ask: Ask, queries: Sequence[str]) -> list[float]:
    """Milliseconds for each query while other threads ask as well."""
    found: list[float] = []

    def work(start: int) -> None:
        found.extend(times(ask, [*queries[start:], *queries[:start]], rounds=1))

    step = max(len(queries) // THREADS, 1)
    threads = [threading.Thread(target=work, args=(number * step,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def spread(spent: Iterable[float]) -> Row:
    """The usual percentiles."""
    cuts = statistics.quantiles(spent, n=100)
    return {"p50 ms": cuts[49], "p95 ms": cuts[94], "p99 ms": cuts[98]}


def ratio(ours: Row, theirs: Row) -> Row:
    """The row, and how it stands to FTS5 at the median."""
    return {**ours, "x FTS5": ours["p50 ms"] / theirs["p50 ms"]}


def measure_stdio(library: Library) -> Iterator[tuple[str, Row]]:
    """The same through the protocol; what a call costs that does nothing is among it."""
    queries = [str(query["query"]) for query in query_sets()["dev"]][:ASKED_OVER_STDIO]
    main = next(one for one in library.contents if one.snapshot.layer in {"git", "sdist"})
    for name, spent in measure_clients(main, queries):
        yield name, spread(spent)


def many_versions(view: View) -> View:
    """The framework in ten versions side by side, of which one is searched."""
    main = next(s for s in view.snapshots if s.info.layer in {"git", "sdist"})
    copies = tuple(
        OpenSnapshot(
            replace(main.info, key=f"{main.info.key}-{n}", version=f"0.{n}.0"),
            main.reader,
            lambda: main.contents,
        )
        for n in range(1, VERSIONS)
    )
    return replace(view, snapshots=(*view.snapshots, *copies))


def make_tantivy(sections: Sequence[Section]) -> Ask | None:
    """tantivy with stemmed, weighted fields, where it is installed."""
    try:
        import tantivy
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    for name in ("title", "trail", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    index = tantivy.Index(builder.build())
    with index.writer(heap_size=50_000_000) as writer:
        for section in sections:
            document = tantivy.Document(
                id=section.id, title=section.title, trail=" ".join(section.trail), body=section.body
            )
            writer.add_document(document)
    index.reload()
    searcher = index.searcher()
    fields = {"title": 3.0, "trail": 1.5, "body": 1.0}

    def ask(text: str) -> object:
        query, _ = index.parse_query_lenient(text, list(fields), field_boosts=fields)
        return [searcher.doc(address)["id"] for _, address in searcher.search(query, LIMIT).hits]

    return ask


def measure_in_a_process(library: Library) -> Row:
    """Opening a published index in a process of its own: time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        generations = Generations(Path(folder) / "index")
        infos = []
        for contents in library.contents:
            key = make_key(contents.snapshot, "bench")
            info = describe(contents, key=key, ref="", indexed_at="", made_by="bench")
            add_snapshot(generations, contents, info)
            infos.append(info)
        generations.publish(infos, built_at="")
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.seg"))
        words = [sys.executable, __file__, "--open", str(generations.folder)]
        runs = [
            json.loads(subprocess.run(words, capture_output=True, check=True, text=True).stdout)
            for _ in range(ROUNDS)
        ]
    return {**min(runs, key=lambda run: run["load ms"]), "index MB": size / 1e6}


def measure_opening(folder: Path) -> Row:
    """What a fresh process pays for: the files, the tables, the first answer, memory after all queries."""
    before = resident()
    begin = time.perf_counter()
    view = Generations(folder).current()
    opened = time.perf_counter()
    search(view, "", Wanted(), LIMIT)
    loaded = time.perf_counter()
    search(view, "how do I add a midleware", Wanted(), LIMIT)
    answered = time.perf_counter()
    for queries in query_sets().values():
        for query in queries:
            search(view, query["query"], Wanted(), LIMIT)
    return {
        "open ms": (opened - begin) * 1000,
        "load ms": (loaded - opened) * 1000,
        "first answer ms": (answered - loaded) * 1000,
        "RSS MB": resident() - before,
    }


def resident() -> float:
    """Megabytes of memory that this process holds."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return 0.0
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def measure_growth(library: Library) -> Iterator[tuple[str, Row]]:
    """The same sections over and over, with changed words: time against size."""
    queries = [str(query["query"]) for query in query_sets()["dev"]]
    for size in SIZES:
        view = make_library(f"{size}", [repeat(library.contents[0], size)]).view
        yield f"Maestro, {size:,} sections", spread(times(asker(view), queries))


def repeat(contents: Contents, size: int) -> Contents:
    """As many sections, each copy with other ids and every twentieth word another."""
    sections = contents.sections
    pages = []
    for number in range(size):
        section = sections[number % len(sections)]
        copy = number // len(sections)
        if copy:
            words = section.body.split(" ")
            words[::20] = [f"{word}{copy}" for word in words[::20]]
            section = replace(section, id=f"copy{copy}/{section.id}", body=" ".join(words), place=None)
        pages.append(PageContents(f"{number}", f"{number}", (section,)))
    return replace(contents, pages=tuple(pages))


def show(library: Library, rows: dict[str, Row]) -> None:
    """The table that people read."""
    print(
        f"search: {library.name}, {len(library.sections):,} sections, best of {ROUNDS}, {LIMIT} hits with snippets"
    )
    print(f"{'':<36}" + "".join(f"{name:>10}" for name in COLUMNS))
    for name, row in rows.items():
        if "p50 ms" in row:
            print(
                f"{name:<36}"
                + "".join(f"{row[column]:>10.2f}" if column in row else f"{'':>10}" for column in COLUMNS)
            )
    print(", ".join(f"{name} {value:.1f}" for name, value in rows["opening an index"].items()))


if __name__ == "__main__":
    sys.exit(main())
