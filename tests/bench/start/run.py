"""From the start of the process to the answers that a client waits for, and the memory held after each.

    run.py [--rounds N] [--json FILE]

Beside an empty FastMCP server, an empty server on the protocol library, and a bare JSON-RPC loop: each in a process
of its own over real pipes, with byte-code and without. Figures are medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.table import Row, machine, show, write_json

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
from maestro_server.app.demo import FAULTY

HERE = Path(__file__).parent
INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "bench", "version": "0"},
}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
Call = tuple[str, dict[str, Any]]
Figures = dict[str, float]

OURS = [sys.executable, "-m", "maestro_server.start"]
OUR_CALLS: tuple[Call, ...] = (
    ("search_docs", {"query": "how do I write a dependency with yield"}),
    ("review_endpoint", {"code": FAULTY}),
    ("search_docs", {"query": "background tasks"}),
)
EMPTY_CALLS: tuple[Call, ...] = (("empty", {}),) * 3
PEERS = {
    name: [sys.executable, str(HERE / f"{name}.py")]
    for name in ("empty_fastmcp", "empty_lowlevel", "raw_loop")
}


class Server:
    """A server process that is asked one thing after the other."""

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
            text=True,
        )
        self._number = 0

    def ask(self, method: str, parameters: dict[str, Any]) -> float:
        """The milliseconds since the start at which the answer was there."""
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": parameters})
        assert self._process.stdout
        for line in self._process.stdout:
            message = json.loads(line)
            if message.get("id") == self._number:
                if "result" not in message or message["result"].get("isError"):
                    sys.exit(f"{method} failed: {line[:400]}")
                return (time.perf_counter() - self._started) * 1000
        sys.exit(f"the server ended before it answered {method}")

    def tell(self, method: str) -> None:
        """Sends a notification."""
        self._send({"jsonrpc": "2.0", "method": method})

    def resident(self) -> float:
        """Megabytes that the process holds, 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        except OSError:
            return 0.0
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def end(self) -> None:
        """Closes its input, which ends it."""
        self._process.communicate(timeout=30)

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()


def walk(
    command: list[str], calls: tuple[Call, ...], environment: Mapping[str, str], folder: Path
) -> Figures:
    """One life of a server: handshake, list, calls."""
    server = Server(command, environment, folder)
    figures = {"initialize": server.ask("initialize", INITIALIZE)}
    server.tell("notifications/initialized")
    figures["tools/list"] = server.ask("tools/list", {})
    figures["memory after the list"] = server.resident()
    for number, (name, arguments) in enumerate(calls):
        figures[f"call {number}"] = server.ask("tools/call", {"name": name, "arguments": arguments})
        figures[f"memory after call {number}"] = server.resident()
    server.end()
    return figures


def discover(command: list[str], environment: Mapping[str, str], folder: Path) -> Figures:
    """The handshake of the newer protocol."""
    server = Server(command, environment, folder)
    figures = {"server/discover": server.ask("server/discover", {"_meta": MODERN})}
    server.end()
    return figures


def median(rounds: int, work: Callable[[], Figures]) -> Figures:
    """The median of each figure."""
    runs = [work() for _ in range(rounds)]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def measure(rounds: int, scratch: Path) -> list[Row]:
    """Ours and the peers, in turns of the same kind."""
    home, work = scratch / "home", scratch / "project"
    work.mkdir()
    ensure_embedded(Home(home))
    environment = {**os.environ, "FASTAPI_MAESTRO_HOME": str(home), "FASTAPI_MAESTRO_AUTO_REFRESH": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for command in (OURS, *PEERS.values()):
        walk(command, OUR_CALLS if command is OURS else EMPTY_CALLS, environment, work)  # writes byte-code
    ours = median(rounds, lambda: walk(OURS, OUR_CALLS, environment, work))
    ours |= median(rounds, lambda: discover(OURS, environment, work))
    theirs = {
        name: median(rounds, lambda command=command: walk(command, EMPTY_CALLS, environment, work))
        for name, command in PEERS.items()
    }
    bare = theirs["empty_fastmcp"] | median(
        rounds, lambda: discover(PEERS["empty_fastmcp"], environment, work)
    )

    def cold(command: list[str], calls: tuple[Call, ...]) -> Figures:
        with tempfile.TemporaryDirectory(dir=scratch) as cache:
            return walk(command, calls, {**environment, "PYTHONPYCACHEPREFIX": cache}, work)

    cold_ours = median(max(1, rounds // 2), lambda: cold(OURS, OUR_CALLS))
    cold_theirs = median(max(1, rounds // 2), lambda: cold(PEERS["empty_fastmcp"], EMPTY_CALLS))
    peer = "empty FastMCP server"
    return [
        Row("start to initialize", ours["initialize"], peer, bare["initialize"], "ms", "<= 100 ms, <= 0.15"),
        Row("start to initialize", ours["initialize"], "empty low-level server",
            theirs["empty_lowlevel"]["initialize"], "ms"),
        Row("start to initialize", ours["initialize"], "raw JSON-RPC loop", theirs["raw_loop"]["initialize"], "ms"),
        Row("start to server/discover", ours["server/discover"], peer, bare["server/discover"], "ms", "<= 100 ms"),
        Row("start to tools/list", ours["tools/list"], peer, bare["tools/list"], "ms", "<= 100 ms, <= 0.15"),
        Row("start to the first search_docs", ours["call 0"], f"{peer}'s first call", bare["call 0"], "ms", "<= 1.3"),
        Row("then the first review_endpoint", ours["call 1"] - ours["call 0"], "", 0, "ms"),
        Row("memory after tools/list", ours["memory after the list"], peer, bare["memory after the list"], "MB"),
        Row("memory after search and review", ours["memory after call 2"], peer, bare["memory after call 2"], "MB",
            "<= 1.3"),
        Row("without byte-code: start to initialize", cold_ours["initialize"], peer, cold_theirs["initialize"], "ms"),
        Row("without byte-code: start to the first search_docs", cold_ours["call 0"], peer, cold_theirs["call 0"],
            "ms", "<= 1.3"),
    ]  # fmt: skip


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = measure(given.rounds, Path(scratch))
    show(f"start, median of {given.rounds}, {machine()}", rows)
    if given.json:
        write_json(given.json, rows)


if __name__ == "__main__":
    main()
