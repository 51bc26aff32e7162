"""What a team's server holds: calls a second and how long they take, at several numbers of clients.

    run.py [--short] [--seconds N] [--clients 1,8,64,256] [--json FILE]

One worker, two workers, two replicas behind nginx, and a bare FastMCP server with an empty tool, all up at once and
pressed one after the other. The same calls are also made without any server, by as many threads of one process as
there are clients: what the empty tool and the call itself take together, times 1.2, is what one worker may take. The load comes from wrk on the same
machine; the part of a core that it takes is shown, since what it takes the servers do not have.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.load.pressing import (
    BARE,
    CALLS,
    OURS,
    Arguments,
    Pressed,
    end_politely,
    environment,
    missing,
    press,
    serving,
    write_calls,
)
from bench.table import Row, machine, show, write_json
from services import find_nginx, nginx

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.settings import load_settings
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall

TOOLS = ("search_docs", "read_docs", "review_endpoint")
SETUPS = ("one worker", "two workers", "two replicas, nginx")
ALLOWED = "(empty + in process) × 1.2"
SHORT = 4


@dataclass(frozen=True)
class Alone:
    """Milliseconds of the call itself, without any server."""

    p50: float
    p95: float


def in_process(expert: Expert, tool: str, clients: int, seconds: float) -> Alone:
    """The calls of one tool by so many threads at once."""
    calls, taken, ends = _calls(expert, tool), list[float](), time.perf_counter() + seconds

    def work(number: int) -> None:
        mine = cycle(calls[number % len(calls) :] + calls[: number % len(calls)])
        while time.perf_counter() < ends:
            began = time.perf_counter()
            next(mine)()
            taken.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    twentieths = statistics.quantiles(taken, n=20) if len(taken) > 1 else taken * 19
    return Alone(statistics.median(taken), twentieths[18])


def _calls(expert: Expert, tool: str) -> list[Callable[[], object]]:
    def made(arguments: Arguments) -> Callable[[], object]:
        given = {name: str(value) for name, value in arguments.items()}
        if tool == "search_docs":
            return lambda: expert.search(**given, kind="any", version="", project="", limit=5)
        if tool == "read_docs":
            return lambda: expert.read(**given, version="", project="", max_tokens=4000, cursor="")
        return lambda: expert.review(ReviewCall(code=given["code"]))

    return [made(arguments) for arguments in CALLS[tool]]


class Bench:
    """All servers up, and the calls written down."""

    def __init__(self, stack: ExitStack, scratch: Path) -> None:
        home = scratch / "home"
        ensure_embedded(Home(home))
        given = environment(home)
        up = [stack.enter_context(serving(OURS, given, scratch))[0] for _ in range(3)]
        two = {**given, "FASTAPI_MAESTRO_WORKERS": "2"}
        self.empty = stack.enter_context(serving(BARE, given, scratch))[0]
        self.ports = {"one worker": up[0]}
        self.ports["two workers"] = stack.enter_context(serving(OURS, two, scratch))[0]
        if find_nginx():
            replicas = (f"127.0.0.1:{up[1]}", f"127.0.0.1:{up[2]}")
            url = stack.enter_context(nginx(scratch, replicas, connections=2000))
            self.ports["two replicas, nginx"] = int(url.rpartition(":")[2])
        else:
            print("load: two replicas are skipped, nginx is not installed (Debian: nginx-light)")
        self.files = {
            tool: write_calls(scratch / tool, [(tool, arguments) for arguments in calls])
            for tool, calls in CALLS.items()
        }
        self.single: dict[str, float] = {}
        self.expert = stack.enter_context(Expert(load_settings(home=home, auto_refresh=False)))

    def warm_up(self) -> None:
        """Nobody's first calls are measured; eight clients reach every worker and replica."""
        press(self.empty, self.files["empty"], 8, 1)
        for port in self.ports.values():
            for tool in TOOLS:
                press(port, self.files[tool], 8, 2)
        for tool in TOOLS:
            self.single[tool] = in_process(self.expert, tool, 1, 0.5).p50

    def rows(self, clients: int, seconds: int) -> Iterator[Row]:
        """Everything at one number of clients."""
        bare = press(self.empty, self.files["empty"], clients, seconds)
        yield Row(f"empty FastMCP tool, {clients} clients: calls", bare.rate, "", 0, "/s")
        for tool in TOOLS:
            alone = in_process(self.expert, tool, clients, max(1, seconds / 2))
            # Each client is to be answered at least twice by one worker, or the slowest were not seen.
            enough = max(seconds, ceil(2 * clients * self.single[tool] / 1000))
            pressed = {
                name: press(port, self.files[tool], clients, enough) for name, port in self.ports.items()
            }
            for name, found in pressed.items():
                yield from _figures(f"{tool}, {name}, {clients} clients", found, bare)
            yield from _judged(f"{tool}, {clients} clients", pressed, bare, alone)


def _figures(name: str, found: Pressed, bare: Pressed) -> Iterator[Row]:
    peer = "empty FastMCP tool"
    yield Row(f"{name}: calls", found.rate, peer, bare.rate, "/s")
    yield Row(f"{name}: p50", found.p50, peer, bare.p50, "ms")
    yield Row(f"{name}: p95", found.p95, peer, bare.p95, "ms")
    yield Row(f"{name}: p99", found.p99, peer, bare.p99, "ms")


def _judged(name: str, pressed: dict[str, Pressed], bare: Pressed, alone: Alone) -> Iterator[Row]:
    one = pressed["one worker"]
    yield Row(f"{name}: p50", one.p50, ALLOWED, (bare.p50 + alone.p50) * 1.2, "ms", "<= 1")
    yield Row(f"{name}: p95", one.p95, ALLOWED, (bare.p95 + alone.p95) * 1.2, "ms", "<= 1")
    for setup in SETUPS[1:]:
        if found := pressed.get(setup):
            share = f">= 1.7; wrk took {found.generator:.2f} of a core"
            yield Row(f"{name}: {setup}", found.rate, "one worker", one.rate, "/s", share)


def measure(clients: Sequence[int], seconds: int) -> list[Row]:
    """The whole table."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        bench = Bench(stack, Path(scratch))
        bench.warm_up()
        rows = []
        for count in clients:
            found = list(bench.rows(count, seconds))
            show(f"{count} clients, {seconds} s each", found)
            rows += found
    return rows


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    end_politely()
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--short", action="store_true", help=f"{SHORT} s each: about four minutes in all")
    parser.add_argument("--clients", default="1,8,64,256")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if why := missing():
        print(f"load: {why}")
        return
    seconds = SHORT if given.short else given.seconds
    rows = measure([int(count) for count in given.clients.split(",")], seconds)
    judged = [row for row in rows if row.aim]
    show(f"load, {seconds} s each, {machine()}: what is aimed at", judged)
    if given.json:
        write_json(given.json, rows)


if __name__ == "__main__":
    main()
