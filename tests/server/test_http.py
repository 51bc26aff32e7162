"""The HTTP side: who is let in, what is refused, how it ends."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from conftest import COMMAND
from fastmcp import Client

Server = tuple[subprocess.Popen[bytes], str]
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture
def start(home: Path, root: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server as a child process and waits until it answers."""
    children = []

    def run(*words: str, **environment: str) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        child = subprocess.Popen(
            [str(COMMAND), "serve", "--transport", "http", "--port", str(port), *words],
            env={**os.environ, "FASTAPI_MAESTRO_HOME": str(home), **environment},
            cwd=root,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        children.append(child)
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/health", timeout=5)
                break
            except httpx.TransportError:
                continue
        return child, url

    yield run
    for child in children:
        child.kill()
        child.communicate()


def post(url: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{url}/mcp", json=LIST, headers={**HEADERS, **headers}, timeout=30)


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_works_over_http(mode: str, start: Callable[..., Server]) -> None:
    _, url = start()
    async with Client(f"{url}/mcp", mode=mode) as client:
        assert len(await client.list_tools()) == 10
        answer = await client.call_tool("review_endpoint", {"code": "import fastapi\n"})
        assert answer.structured_content["coverage"]["files_read"] == 1
        assert not (await client.call_tool("vault_status", {})).is_error


def test_foreign_hosts_and_origins_are_refused(start: Callable[..., Server]) -> None:
    _, url = start()
    assert post(url).status_code == 200
    assert post(url, Host="evil.example").status_code == 421
    assert post(url, Origin="https://evil.example").status_code == 403


def test_paths_are_off_unless_a_root_is_named(start: Callable[..., Server], root: Path) -> None:
    (root / "main.py").write_text("import fastapi\n")
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "review_endpoint", "arguments": {"path": "main.py"}},
    }
    for words, refused in (((), True), (("--root", str(root)), False)):
        _, url = start(*words)
        result = httpx.post(f"{url}/mcp", json=call, headers=HEADERS, timeout=60).json()["result"]
        assert bool(result.get("isError")) is refused
        if refused:
            assert result["content"][0]["text"].startswith("outside_roots: ")


def test_a_token_is_needed_beyond_loopback(start: Callable[..., Server]) -> None:
    child, _ = start("--host", "0.0.0.0")
    assert child.wait(60) == 2
    assert child.stderr.read().decode().startswith("bad_argument: HTTP on 0.0.0.0 needs a token.")


def test_a_wrong_token_is_refused_and_the_right_one_served(start: Callable[..., Server]) -> None:
    _, url = start("--host", "0.0.0.0", FASTAPI_MAESTRO_TOKEN="right-token")
    assert post(url).status_code == 401
    assert post(url, Authorization="Bearer wrong").status_code == 401
    assert post(url, Authorization="Bearer right-token").status_code == 200


def test_a_large_body_is_refused_before_it_is_parsed(start: Callable[..., Server]) -> None:
    _, url = start()
    sent = httpx.post(f"{url}/mcp", content=b"x" * 5_000_000, headers=HEADERS, timeout=30)
    assert sent.status_code == 413
    unsized = httpx.post(f"{url}/mcp", content=iter([b"x" * 1_000_000] * 5), headers=HEADERS, timeout=30)
    assert unsized.status_code == 413
    assert json.loads(unsized.content)["error"].startswith("too_large: ")
    assert post(url).status_code == 200


def test_a_polite_signal_ends_it_cleanly(start: Callable[..., Server]) -> None:
    child, url = start()
    assert post(url).status_code == 200
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 0


def test_logs_are_json_lines_with_the_call_s_id_and_never_its_content(start: Callable[..., Server]) -> None:
    child, url = start("--log-format", "json", FASTAPI_MAESTRO_LOG_LEVEL="info")
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "review_endpoint", "arguments": {"code": "password = 'hunter2hunter2'\n"}},
    }
    httpx.post(f"{url}/mcp", json=call, headers=HEADERS, timeout=60)
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=30)
    lines = [json.loads(line) for line in errors.splitlines()]
    logged = next(line for line in lines if line.get("tool") == "review_endpoint")
    assert logged["request_id"]
    assert logged["outcome"] == "ok"
    assert b"hunter2" not in errors
