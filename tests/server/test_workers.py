"""Several worker processes share what comes in, and a worker goes on serving while it computes."""

import asyncio
import gc
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from server.http_calls import HEADERS, Start, call
from starlette.types import Message, Receive, Scope, Send

from maestro_server.app.listening import PAUSE, FairLoop
from maestro_server.app.worker import NEW_OBJECTS, Worker

CLIENTS = 100


def workers_of(process: int) -> list[int]:
    """The processes that it started to serve."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def sockets_of(process: int) -> int:
    """How many connections and the like it has open."""
    count = 0
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            count += str(entry.readlink()).startswith("socket:")
    return count


def shares(url: str, workers: Sequence[int]) -> list[int]:
    """How many of many clients that connect at once each worker takes."""
    before = [sockets_of(pid) for pid in workers]
    with ExitStack() as lines:
        place = ("127.0.0.1", int(url.rpartition(":")[2]))
        opened = [lines.enter_context(socket.create_connection(place, timeout=30)) for _ in range(CLIENTS)]
        for line in opened:  # each is answered, so each was taken
            line.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert all(line.recv(12) == b"HTTP/1.1 200" for line in opened)
        found = [sockets_of(pid) - old for pid, old in zip(workers, before, strict=True)]
    until(lambda: all(sockets_of(pid) <= old for pid, old in zip(workers, before, strict=True)))
    return found


def until(what: Callable[[], bool]) -> None:
    """Waits for it, not longer."""
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "it did not come"


class Clocked(FairLoop):
    """A loop whose time is told."""

    now = 0.0

    def time(self) -> float:
        return self.now


async def rounds(count: int) -> None:
    """Lets the loop look at its sockets so often."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_loop_takes_one_waiting_connection_and_then_lets_others_come_first() -> None:
    loop, taken = Clocked(), list[asyncio.BaseTransport]()

    class Noting(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.append(transport)

    async def serve(listening: socket.socket) -> list[int]:
        server = await loop.create_server(Noting, sock=listening)
        counts = []
        for _ in range(12):
            await rounds(20)
            counts.append(len(taken))
            loop.now += PAUSE
        for transport in taken:
            transport.close()
        server.close()
        loop.now += PAUSE
        await rounds(2)  # nothing listens any more, and nobody takes it up again
        return counts

    with ExitStack() as lines, socket.create_server(("127.0.0.1", 0)) as listening:
        for _ in range(10):
            lines.enter_context(socket.create_connection(listening.getsockname()))
        counts = loop.run_until_complete(serve(listening))
    loop.close()

    assert counts == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="what each worker has open is read in /proc")
def test_clients_that_connect_at_once_are_spread_over_the_workers(start: Start) -> None:
    child, url = start(FASTAPI_MAESTRO_WORKERS="2", FASTAPI_MAESTRO_RATE_LIMIT="0")
    workers = workers_of(child.pid)
    assert len(workers) == 2
    until(lambda: all(shares(url, workers)))  # the second one may still be starting

    found = shares(url, workers)
    child.terminate()
    child.wait(60)

    assert sum(found) == CLIENTS
    assert all(found), found  # how evenly is for the machine to say: one may get no processor for a while


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the workers are looked for in /proc")
def test_workers_end_when_the_process_that_started_them_is_killed(start: Start) -> None:
    child, url = start(FASTAPI_MAESTRO_WORKERS="2")
    workers = workers_of(child.pid)
    assert httpx.get(f"{url}/health", timeout=60).status_code == 200

    child.kill()

    until(lambda: not any(is_running(pid) for pid in workers))


def is_running(process: int) -> bool:
    """Whether it lives; one that nobody has buried yet does not."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_searches_are_answered_while_reviews_compute_and_wait(start: Start) -> None:
    _, url = start(FASTAPI_MAESTRO_RATE_LIMIT="0")
    search = call("search_docs", query="cors")
    assert "docs:tutorial/cors" in httpx.post(f"{url}/mcp", json=search, headers=HEADERS, timeout=120).text
    code = "\n".join(f"def f{number}(x: int) -> int:\n    return g(x) + {number}" for number in range(400))
    done: list[str] = []
    enough = threading.Event()

    def review() -> None:
        wanted = call("review_endpoint", code=code)
        while not enough.is_set():
            done.append(httpx.post(f"{url}/mcp", json=wanted, headers=HEADERS, timeout=300).text)

    reviews = [threading.Thread(target=review, daemon=True) for _ in range(12)]
    for thread in reviews:
        thread.start()
    while "maestro_tool_calls_waiting 8.0" not in httpx.get(f"{url}/metrics", timeout=30).text:
        assert all(thread.is_alive() for thread in reviews)
    taken: list[float] = []
    while len(taken) < 5:
        began = time.monotonic()
        assert "docs:tutorial/cors" in httpx.post(f"{url}/mcp", json=search, headers=HEADERS, timeout=60).text
        taken.append(time.monotonic() - began)
    enough.set()
    for thread in reviews:
        thread.join()

    assert all('"isError":false' in answer for answer in done)
    print("searches beside reviews took", [round(one, 2) for one in taken])


@pytest.mark.anyio
async def test_a_worker_looks_for_garbage_more_seldom() -> None:
    usual = gc.get_threshold()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def start() -> Message:
        return {"type": "lifespan.startup"}

    async def hear(message: Message) -> None: ...

    try:
        await Worker(app)({"type": "lifespan"}, start, hear)
        found = gc.get_threshold()
    finally:
        gc.set_threshold(*usual)

    assert found == (NEW_OBJECTS, *usual[1:])
