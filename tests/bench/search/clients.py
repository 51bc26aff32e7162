"""Searches as a client sees them: over stdio, whose server has one client, so that eight clients are eight servers."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.start.run import EMPTY_CALLS, INITIALIZE, OURS, PEERS, Call, Server

from maestro_indexer.assemble import add_snapshot, describe, make_key
from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault.model import Contents

CLIENTS = 8


def measure_clients(contents: Contents, queries: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    """Milliseconds from question to answer: one client, eight at once, and what the protocol alone takes."""
    calls: list[Call] = [("search_docs", {"query": query}) for query in queries]
    with tempfile.TemporaryDirectory() as folder:
        publish(contents, Home(Path(folder) / "home"))
        for count in (1, CLIENTS):
            with started(OURS, count, Path(folder)) as servers:
                yield f"Maestro over stdio, {count} client{'s' * (count > 1)}", ask_together(servers, calls)
        with started(PEERS["empty_fastmcp"], 1, Path(folder)) as servers:
            yield "an empty tool over stdio", ask_together(servers, EMPTY_CALLS * (len(calls) // 3))


def publish(contents: Contents, home: Home) -> None:
    """A home with the embedded layer and these contents."""
    generations = ensure_embedded(home)
    key = make_key(contents.snapshot, "bench")
    info = describe(contents, key=key, ref="", indexed_at="", made_by="bench")
    add_snapshot(generations, contents, info)
    generations.publish([*generations.current().generation.snapshots, info], built_at="")


@contextmanager
def started(command: list[str], count: int, folder: Path) -> Iterator[list[Server]]:
    """As many servers, each of which has answered once."""
    home = {"FASTAPI_MAESTRO_HOME": str(folder / "home"), "FASTAPI_MAESTRO_AUTO_REFRESH": "0"}
    first = ("search_docs", {"query": "cors"}) if command is OURS else EMPTY_CALLS[0]
    with ExitStack() as stack:
        servers = []
        for _ in range(count):
            server = Server(command, {**os.environ, **home}, folder)
            stack.callback(server.end)
            server.ask("initialize", INITIALIZE)
            server.tell("notifications/initialized")
            call(server, first)
            servers.append(server)
        yield servers


def ask_together(servers: Sequence[Server], calls: Sequence[Call]) -> list[float]:
    """Milliseconds for each call, every server asked by a thread of its own; the second time that it is asked."""
    found: list[float] = []

    def work(server: Server) -> None:
        for one in calls:
            call(server, one)
        found.extend(call(server, one) for one in calls)

    threads = [threading.Thread(target=work, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) != len(servers) * len(calls):
        sys.exit("a client had no answer")
    return found


def call(server: Server, one: Call) -> float:
    """The milliseconds that one call takes."""
    name, arguments = one
    begin = time.perf_counter()
    server.ask("tools/call", {"name": name, "arguments": arguments})
    return (time.perf_counter() - begin) * 1000
