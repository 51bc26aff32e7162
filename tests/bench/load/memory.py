"""Whether a server's memory stays flat: how much it holds while tens of thousands of calls come in.

    memory.py [--calls N] [--clients N] [--json FILE]

Searches, reads, reviews and refused calls, no two reviews and few searches alike, on one worker. What it holds after a
tenth of the calls is compared with the most that it holds after that: by then every cache and thread is there.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.load.pressing import (
    OURS,
    QUERIES,
    Arguments,
    end_politely,
    environment,
    missing,
    press,
    serving,
    write_calls,
)
from bench.table import Row, machine, show, write_json

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home

BURST = 5
LINES = 5_000
PARTS = 10


def calls(first: int) -> Iterator[tuple[str, Arguments]]:
    """Calls of every kind; what differs is what a cache would grow by."""
    for number in range(first, first + LINES):
        query = f"{QUERIES[number % len(QUERIES)]} {QUERIES[number * 7 % len(QUERIES)]} word{number}"
        kind = number % 20
        if kind < 5:
            yield "search_docs", {"query": query}
        elif kind < 18:
            yield "read_docs", {"ref": "guide:async-database", "max_tokens": 500 + number % 1000}
        elif kind < 19:
            yield "explain_error", {"error": f"RuntimeError: there is no current event loop {number}"}
        else:
            yield "review_endpoint", {"code": f"from fastapi import FastAPI\n\napp{number} = FastAPI()\n"}


def held(process: int) -> float:
    """Megabytes that a process has in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def watch(total: int, clients: int) -> list[tuple[int, float]]:
    """After how many calls so many megabytes were held."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ensure_embedded(Home(folder / "home"))
        with serving(OURS, environment(folder / "home"), folder) as (port, process):
            seen, done = [(0, held(process))], 0
            while done < total:
                file = write_calls(folder / "calls", list(calls(done)))
                done += press(port, file, clients, BURST).requests
                seen.append((done, held(process)))
                if len(seen) % 10 == 0:
                    print(f"{done:>8} calls {seen[-1][1]:8.1f} MB", flush=True)
    return seen


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    end_politely()
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if why := missing():
        print(f"memory: {why}")
        return
    seen = watch(given.calls, given.clients)
    base = next(size for done, size in seen if done >= given.calls / PARTS)
    after = [size for done, size in seen if done >= given.calls / PARTS]
    rows = [
        Row(
            f"after {seen[-1][0]:,} calls",
            after[-1],
            f"after {given.calls // PARTS:,}",
            base,
            "MB",
            "0.95 to 1.05",
        ),
        Row("the most in between", max(after), f"after {given.calls // PARTS:,}", base, "MB", "<= 1.05"),
    ]
    show(f"memory of one worker, {machine()}", rows)
    if given.json:
        write_json(given.json, rows)


if __name__ == "__main__":
    main()
