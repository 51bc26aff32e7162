"""What a team's server holds: calls a second and how long they take, at several numbers of clients.

    run.py [--seconds N] [--clients 1,8,64,256] [--json FILE]

The load comes from wrk, on the same machine: with two cores it takes one of them for itself. Beside a bare FastMCP
server with an empty tool in the same run, and the same search in the process without any server.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.table import Row, machine, show, write_json
from services import answers, free_port

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.settings import load_settings
from maestro_server.app.demo import FAULTY
from maestro_server.expert.facade import Expert

HERE = Path(__file__).parent
QUERY = "dependency with yield"
CALLS = {
    "search_docs": {"query": QUERY},
    "read_docs": {"ref": "guide:async-database"},
    "review_endpoint": {"code": FAULTY},
}
Figures = dict[str, float]


@contextmanager
def served(command: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    """A server as a child process, up to the moment that it takes connections."""
    child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not answers(port):
        if child.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{' '.join(command)} does not serve")
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        child.terminate()
        child.wait(30)


def press(url: str, tool: str, arguments: dict[str, object], clients: int, seconds: int) -> Figures:
    """One run of wrk."""
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }
    words = [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "-s",
        str(HERE / "call.lua"),
        url,
    ]
    environment = {**os.environ, "MAESTRO_BENCH_BODY": json.dumps(call)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    if figures["errors"]:
        sys.exit(f"{tool}: {figures['errors']} of {figures['requests']} calls failed")
    return {**figures, "rate": figures["requests"] / figures["seconds"]}


def alone(home: Path) -> float:
    """Milliseconds of the same search in the process."""
    with Expert(load_settings(home=home, auto_refresh=False)) as expert:
        spent = []
        for _ in range(200):
            began = time.perf_counter()
            expert.search(QUERY, kind="any", version="", project="", limit=5)
            spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def measure(clients: list[int], seconds: int, scratch: Path) -> Iterator[Row]:
    """One worker, two workers, and the bare framework."""
    home = scratch / "home"
    ensure_embedded(Home(home))
    in_process = alone(home)
    yield Row("search_docs in the process: p50", in_process, "", 0, "ms")
    environment = {
        **os.environ,
        "FASTAPI_MAESTRO_HOME": str(home),
        "FASTAPI_MAESTRO_AUTO_REFRESH": "0",
        "FASTAPI_MAESTRO_RATE_LIMIT": "0",
    }
    port = free_port()
    with served([sys.executable, str(HERE / "empty_server.py"), str(port)], environment, port) as url:
        press(url, "empty", {}, 1, 1)
        bare = {count: press(url, "empty", {}, count, seconds) for count in clients}
    rates: dict[int, Figures] = {}
    for workers in (1, 2):
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "maestro_server.start",
            "serve",
            "--transport",
            "http",
            "--port",
            str(port),
        ]
        with served(command, {**environment, "FASTAPI_MAESTRO_WORKERS": str(workers)}, port) as url:
            for tool, arguments in CALLS.items():
                press(url, tool, arguments, 2, 2)
            for tool, arguments in CALLS.items():
                for count in clients if tool == "search_docs" else clients[1:2]:
                    figures = press(url, tool, arguments, count, seconds)
                    name = f"{tool}, {workers} worker{'s' * (workers > 1)}, {count} clients"
                    peer = bare[count]
                    yield Row(
                        f"{name}: calls a second", figures["rate"], "empty FastMCP tool", peer["rate"], "/s"
                    )
                    for part in ("p50", "p95", "p99"):
                        yield Row(f"{name}: {part}", figures[part], "empty FastMCP tool", peer[part], "ms")
                    if tool == "search_docs":
                        rates.setdefault(count, {})[str(workers)] = figures["rate"]
    for count, found in rates.items():
        yield Row(f"two workers, {count} clients", found["2"], "one worker", found["1"], "/s", ">= 1.7")


def main() -> None:
    """Prints the table, and writes it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--clients", default="1,8,64,256")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("load: skipped, wrk is not installed (Debian: wrk)")
        return
    with tempfile.TemporaryDirectory() as scratch:
        rows = list(measure([int(count) for count in given.clients.split(",")], given.seconds, Path(scratch)))
    show(f"load, {given.seconds} s each, {machine()}", rows)
    if given.json:
        write_json(given.json, rows)


if __name__ == "__main__":
    main()
