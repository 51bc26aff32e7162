"""Servers to press, and wrk to press them with."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from services import answers, free_port

from maestro_server.app.demo import FAULTY

HERE = Path(__file__).parent
LONGEST = 60
Arguments = Mapping[str, object]
QUERIES = (
    "dependency with yield",
    "cors",
    "stream a file upload",
    "background task after the response",
    "override a dependency in tests",
    "response model without a field",
    "lifespan startup shutdown",
    "oauth2 password bearer jwt",
    "websocket disconnect",
    "custom exception handler",
    "include_router prefix",
    "settings from the environment",
)
# Every review is of another text: nothing may answer it but the review.
CALLS: Mapping[str, Sequence[Arguments]] = {
    "search_docs": [{"query": query} for query in QUERIES],
    "read_docs": [{"ref": "guide:async-database"}, {"ref": "guide:websockets"}],
    "review_endpoint": [{"code": f"{FAULTY}\nNUMBER = {number}\n"} for number in range(50)],
    "empty": [{}],
}


@dataclass(frozen=True)
class Pressed:
    """What wrk saw, times in milliseconds; it took `generator` of one core itself, and the servers `servers`."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    generator: float
    servers: float

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.requests / self.seconds

    @property
    def processor(self) -> float:
        """Milliseconds of a processor that a call takes of the servers: seconds for a thousand of them."""
        return self.servers * self.seconds / self.requests * 1000


def end_politely() -> None:
    """Makes a signal end the servers as well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def missing() -> str:
    """Why nothing can be measured here; empty where it can."""
    return "" if shutil.which("wrk") else "skipped, wrk is not installed (Debian: wrk)"


def environment(home: Path) -> dict[str, str]:
    """What a server under load is started with: no limits, nothing fetched."""
    own = {
        "FASTAPI_MAESTRO_HOME": str(home),
        "FASTAPI_MAESTRO_AUTO_REFRESH": "0",
        "FASTAPI_MAESTRO_RATE_LIMIT": "0",
    }
    return {**os.environ, **own}


@contextmanager
def serving(words: Sequence[str], given: Mapping[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    """A server as a child process, once it takes connections: its port and its process."""
    port = free_port()
    command = [sys.executable, *(word.format(port=port) for word in words)]
    with (folder / f"server-{port}.log").open("wb") as log:
        child = subprocess.Popen(command, env=dict(given), cwd=folder, stdin=subprocess.DEVNULL, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{' '.join(command)} does not serve")
            time.sleep(0.05)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait(30)


OURS = ("-m", "maestro_server.start", "serve", "--transport", "http", "--port", "{port}")
BARE = (str(HERE / "empty_server.py"), "{port}")
PLAIN = (str(HERE / "plain_server.py"), "{port}")


def write_calls(file: Path, calls: Sequence[tuple[str, Arguments]]) -> Path:
    """The calls as lines for wrk."""
    rows = (
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        for tool, arguments in calls
    )
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def press(port: int, calls: Path, clients: int, seconds: int, servers: Sequence[int] = ()) -> Pressed:
    """One run of wrk, a longer one where nothing was answered; a call that went wrong ends everything.

    `servers` are the processes that answer.
    """
    words = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(HERE / "call.lua")]
    before, served = _spent(), sum(map(_spent_by, servers))
    done = subprocess.run(
        [*words, f"http://127.0.0.1:{port}/mcp"],
        env={**os.environ, "MAESTRO_BENCH_CALLS": str(calls)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if not found["requests"] and seconds < LONGEST:
        return press(port, calls, clients, seconds * 2, servers)
    if found.pop("errors") or not found["requests"]:
        sys.exit(f"{calls.stem}: calls failed, or none was answered within {seconds} s: {done.stdout}")
    took = found["seconds"]
    served = sum(map(_spent_by, servers)) - served
    _settle(servers)
    return Pressed(**found, generator=(_spent() - before) / took, servers=served / took)


def _settle(servers: Sequence[int]) -> None:
    """Waits until the servers have done what nobody waits for any more: it would slow the next ones."""
    idle, deadline = 0.02, time.monotonic() + LONGEST
    while servers and time.monotonic() < deadline:
        before = sum(map(_spent_by, servers))
        time.sleep(0.2)
        if sum(map(_spent_by, servers)) - before <= idle:
            return


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def _spent_by(process: int) -> float:
    """Seconds of a processor that a process and its workers took so far."""
    seconds = 0.0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            facts = entry.read_text().rpartition(")")[2].split()
            if process in {int(entry.parent.name), int(facts[1])}:
                seconds += (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")
    return seconds
