"""What a team's server holds: calls a second and how long they take, at several numbers of clients.

    run.py [--short] [--seconds N] [--clients 1,8,64,256] [--json FILE]

One worker, two workers and two replicas behind nginx, beside two bare FastMCP servers: one with a tool that does
nothing and one that only gives as large an answer as ours, one whose plain tools make the same calls. All are up at
once and pressed one after the other. The calls are also made without any server, by as many threads of one process
as there are clients: what the empty tool and the call itself take together, times 1.2, is what one worker may take.
The load comes from wrk on the same machine; what it takes of a core is shown, since the servers do not have it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.load.judging import ONE, PEERS, REPLICAS, TWO, Alone, Measured, figures, judged, table
from bench.load.pressing import (
    BARE,
    CALLS,
    OURS,
    PLAIN,
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
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall

TOOLS = ("search_docs", "read_docs", "review_endpoint")
DATA_TOOLS = ("review_endpoint",)
SHORT = 4


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
    spent = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.process_time() - spent
    twentieths = statistics.quantiles(taken, n=20) if len(taken) > 1 else taken * 19
    return Alone(statistics.median(taken), twentieths[18], spent * 1000 / len(taken))


def _calls(expert: Expert, tool: str) -> list[Callable[[], Answer]]:
    def made(arguments: Arguments) -> Callable[[], Answer]:
        given = {name: str(value) for name, value in arguments.items()}
        if tool == "search_docs":
            return lambda: expert.search(**given, kind="any", version="", project="", limit=5)
        if tool == "read_docs":
            return lambda: expert.read(**given, version="", project="", max_tokens=3000, cursor="")
        return lambda: expert.review(ReviewCall(code=given["code"]))

    return [made(arguments) for arguments in CALLS[tool]]


def _size(answer: Answer, tool: str) -> int:
    """The characters of an answer, as text and, where it is sent, as data."""
    return len(answer.text) + (len(json.dumps(answer.data)) if tool in DATA_TOOLS else 0)


@dataclass(frozen=True)
class Place:
    """Where a server is pressed, and the processes that answer there."""

    port: int
    processes: tuple[int, ...]

    def press(self, calls: Path, clients: int, seconds: int) -> Pressed:
        """One run of wrk."""
        return press(self.port, calls, clients, seconds, self.processes)


class Bench:
    """All servers up, and the calls written down."""

    def __init__(self, stack: ExitStack, scratch: Path) -> None:
        home = scratch / "home"
        ensure_embedded(Home(home))
        given = environment(home)

        def up(words: Sequence[str], **more: str) -> Place:
            port, process = stack.enter_context(serving(words, {**given, **more}, scratch))
            return Place(port, (process,))

        self.bare, self.plain = up(BARE), up(PLAIN)
        self.setups = {ONE: up(OURS), TWO: up(OURS, FASTAPI_MAESTRO_WORKERS="2")}
        if find_nginx():
            replicas = (up(OURS), up(OURS))
            first, second = (f"127.0.0.1:{replica.port}" for replica in replicas)
            url = stack.enter_context(nginx(scratch, (first, second), connections=2000))
            processes = tuple(process for replica in replicas for process in replica.processes)
            self.setups[REPLICAS] = Place(int(url.rpartition(":")[2]), processes)
        else:
            print("load: two replicas are skipped, nginx is not installed (Debian: nginx-light)")
        self.expert = stack.enter_context(Expert(load_settings(home=home, auto_refresh=False)))
        self.files = {
            tool: write_calls(scratch / tool, [(tool, arguments) for arguments in calls])
            for tool, calls in CALLS.items()
        }
        for tool in TOOLS:
            sizes = [_size(call(), tool) for call in _calls(self.expert, tool)]
            sized = write_calls(scratch / f"sized-{tool}", [("sized", {"size": size}) for size in sizes])
            self.files[f"sized {tool}"] = sized
        self.single: dict[str, float] = {}

    def warm_up(self) -> None:
        """Nobody's first calls are measured; eight clients reach every worker and replica."""
        self.bare.press(self.files["empty"], 8, 1)
        for place in (self.plain, *self.setups.values()):
            for tool in TOOLS:
                place.press(self.files[tool], 8, 2)
        for tool in TOOLS:
            self.single[tool] = in_process(self.expert, tool, 1, 0.5).p50

    def measure(self, tool: str, clients: int, seconds: int) -> Measured:
        """One tool at one number of clients."""
        alone = in_process(self.expert, tool, clients, max(1, seconds / 2))
        peers = [
            self.bare.press(self.files[calls], clients, max(1, seconds // 2))
            for calls in ("empty", f"sized {tool}")
        ]
        # Each client is to be answered at least twice by one worker, or the slowest were not seen.
        enough = max(seconds, ceil(2 * clients * self.single[tool] / 1000))
        plain = self.plain.press(self.files[tool], clients, enough)
        setups = {name: place.press(self.files[tool], clients, enough) for name, place in self.setups.items()}
        return Measured(tool, clients, alone, dict(zip(PEERS, peers, strict=True)), plain, setups)


def measure(clients: Sequence[int], seconds: int) -> list[Measured]:
    """All tools at all numbers of clients."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        bench = Bench(stack, Path(scratch))
        bench.warm_up()
        measured = []
        for count in clients:
            found = [bench.measure(tool, count, seconds) for tool in TOOLS]
            show(f"{count} clients, {seconds} s each", [row for one in found for row in figures(one)])
            measured += found
    return measured


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    end_politely()
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--short", action="store_true", help=f"{SHORT} s each: about six minutes in all")
    parser.add_argument("--clients", default="1,8,64,256")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if why := missing():
        print(f"load: {why}")
        return
    seconds = SHORT if given.short else given.seconds
    measured = measure([int(count) for count in given.clients.split(",")], seconds)
    aims: list[Row] = [row for one in measured for row in judged(one)]
    show(f"load, {seconds} s each, {machine()}: what is aimed at", aims)
    print("\nThe table of server/deploy/README.md:\n", *table(measured), sep="\n")
    if given.json:
        write_json(given.json, [*(row for one in measured for row in figures(one)), *aims])


if __name__ == "__main__":
    main()
