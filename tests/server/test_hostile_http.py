"""Hostile connections and messages: refused or ended in bounded time, and everybody else is served on."""

import asyncio
import json
import random
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from server.http_calls import HEADERS, LIST, Start
from services import answers, free_port
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from maestro_server.app.bodies import BoundedBodies
from maestro_server.app.patience import ImpatientProtocol

SEED = 20_261_121
IDLE = 1_000


class Hasty(ImpatientProtocol):
    """The same, in test time."""

    patience = 0.5


async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@contextmanager
def hasty_server(protocol: type[Hasty] = Hasty, sockets: list[socket.socket] | None = None) -> Iterator[int]:
    """A small application on our protocol, with little patience."""
    port = sockets[0].getsockname()[1] if sockets else free_port()
    app = BoundedBodies(read_all, limit=1_000_000, seconds=1.0)
    server = uvicorn.Server(uvicorn.Config(app, port=port, http=protocol, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets)))
    thread.start()
    while not answers(port):
        assert thread.is_alive()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


def drip(port: int, head: bytes, part: bytes, seconds: float) -> bytes:
    """Sends a head, then one part after the other until the server ends it; returns what it said."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        line.sendall(head)
        line.settimeout(0.2)
        deadline = time.monotonic() + seconds
        said = b""
        while time.monotonic() < deadline:
            try:
                got = line.recv(65_536)
            except TimeoutError:
                try:
                    line.sendall(part)
                except OSError:
                    return said
                continue
            except OSError:
                return said
            if not got:
                return said
            said += got
    pytest.fail("the connection was still open")


def test_a_head_that_drips_in_is_ended() -> None:
    with hasty_server() as port:
        assert drip(port, b"POST / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n", 10) == b""


def test_a_connection_that_says_nothing_is_ended() -> None:
    with hasty_server() as port:
        assert drip(port, b"", b"", 10) == b""


def test_a_body_that_drips_in_is_refused() -> None:
    with hasty_server() as port:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
        assert b" 408 " in drip(port, head, b"x" * 10, 10)


def test_a_whole_request_and_several_on_one_connection_are_answered() -> None:
    with hasty_server() as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert [client.post("/", content=b"x" * size).text for size in (0, 10, 999_999)] == [
            "0",
            "10",
            "999999",
        ]


def test_answers_of_several_workers_do_not_wait_for_the_client_to_confirm_their_head() -> None:
    delays: list[int] = []

    class Watched(Hasty):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            line = transport.get_extra_info("socket")
            delays.append(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    shared = socket.socket()  # as uvicorn makes the one that its workers share
    shared.bind(("127.0.0.1", 0))
    with hasty_server(Watched, [shared]) as port:
        assert httpx.get(f"http://127.0.0.1:{port}").text == "0"
    assert delays
    assert all(delays)


def test_a_thousand_idle_connections_keep_nobody_out(start: Start) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * IDLE:
        pytest.skip(f"only {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * IDLE), hard))
    child, url = start()
    port = int(url.rpartition(":")[2])
    with ExitStack() as lines:
        for _ in range(IDLE):
            lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        assert httpx.post(f"{url}/mcp", json=LIST, headers=HEADERS, timeout=60).status_code == 200
    assert child.poll() is None


def messages(count: int) -> Iterator[bytes]:
    """Random bytes, and valid calls with something changed, always the same."""
    chance = random.Random(SEED)
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "search_docs", "arguments": {"query": "cors", "limit": 3}},
    }
    odd = [
        None,
        True,
        -1,
        10**40,
        1e308,
        "",
        "\x00",
        "\ud800",
        [],
        {},
        [[[[]]]],
        "a" * 5_000,
        "../../etc/passwd",
    ]
    methods = [
        "initialize",
        "tools/list",
        "tools/call",
        "resources/read",
        "prompts/get",
        "completion/complete",
        "ping",
    ]
    for _ in range(count):
        kind = chance.randrange(4)
        if kind == 0:
            yield chance.randbytes(chance.randrange(200))
        elif kind == 1:
            text = bytearray(json.dumps(call).encode())
            for _ in range(chance.randrange(1, 6)):
                text[chance.randrange(len(text))] = chance.randrange(256)
            yield bytes(text)
        elif kind == 2:
            changed = {
                **call,
                chance.choice(["id", "method", "params", "jsonrpc", "_meta"]): chance.choice(odd),
            }
            yield json.dumps(changed).encode()
        else:
            arguments = {chance.choice(["query", "ref", "code", "error", "path", "name"]): chance.choice(odd)}
            params = {
                "name": chance.choice(["search_docs", "read_docs", "get_profile", "x"]),
                "arguments": arguments,
            }
            yield json.dumps({**call, "method": chance.choice(methods), "params": params}).encode()


def wait_until_ready(client: httpx.Client, url: str) -> None:
    """The index of a fresh home is built once, and no message is to be blamed for that."""
    deadline = time.monotonic() + 120
    while client.get(f"{url}/ready").status_code != 200:
        assert time.monotonic() < deadline
    call = {"name": "search_docs", "arguments": {"query": "cors"}}
    client.post(f"{url}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call})


@pytest.mark.parametrize(
    "count", [500, pytest.param(100_000, marks=pytest.mark.slow)], ids=["some", "a hundred thousand"]
)
def test_any_message_gets_an_answer_in_bounded_time_and_the_server_lives(
    start: Start, tmp_path: Path, count: int
) -> None:
    child, url = start(FASTAPI_MAESTRO_RATE_LIMIT="0")
    slowest = 0.0
    with httpx.Client(timeout=60, headers=HEADERS) as client:
        wait_until_ready(client, url)
        for message in messages(count):
            began = time.monotonic()
            answer = client.post(f"{url}/mcp", content=message)
            slowest = max(slowest, time.monotonic() - began)
            assert answer.status_code < 500, (message, answer.text)
            assert "Traceback" not in answer.text
            assert "root:x:" not in answer.text
        assert client.post(f"{url}/mcp", json=LIST).status_code == 200
    assert child.poll() is None
    assert slowest < 30
    assert not list((tmp_path / "project").iterdir())
