"""The HTTP side: who is let in, what is refused, how it ends."""

import json
import signal
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from fastmcp import Client
from server.http_calls import HEADERS, LIST, Start, call


def post(url: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{url}/mcp", json=LIST, headers={**HEADERS, **headers}, timeout=30)


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_works_over_http(mode: str, start: Start) -> None:
    _, url = start()
    async with Client(f"{url}/mcp", mode=mode) as client:
        assert len(await client.list_tools()) == 10
        answer = await client.call_tool("review_endpoint", {"code": "import fastapi\n"})
        assert answer.structured_content["coverage"]["files_read"] == 1
        assert not (await client.call_tool("vault_status", {})).is_error


def test_foreign_hosts_and_origins_are_refused(start: Start) -> None:
    _, url = start()
    assert post(url).status_code == 200
    assert post(url, Host="evil.example").status_code == 421
    assert post(url, Origin="https://evil.example").status_code == 403


def test_paths_are_off_unless_a_root_is_named(start: Start, root: Path) -> None:
    (root / "main.py").write_text("import fastapi\n")
    review = call("review_endpoint", path="main.py")
    for words, refused in (((), True), (("--root", str(root)), False)):
        _, url = start(*words)
        result = httpx.post(f"{url}/mcp", json=review, headers=HEADERS, timeout=60).json()["result"]
        assert bool(result.get("isError")) is refused
        if refused:
            assert result["content"][0]["text"].startswith("outside_roots: ")


def test_a_token_is_needed_beyond_loopback(start: Start, logs: Path) -> None:
    child, _ = start("--host", "0.0.0.0")
    assert child.wait(60) == 2
    (said,) = (log.read_text() for log in logs.iterdir())
    assert said.startswith("bad_argument: HTTP on 0.0.0.0 needs a token.")


def test_a_wrong_token_is_refused_and_the_right_one_served(start: Start) -> None:
    _, url = start("--host", "0.0.0.0", FASTAPI_MAESTRO_TOKEN="right-token")
    assert post(url).status_code == 401
    assert post(url, Authorization="Bearer wrong").status_code == 401
    assert post(url, Authorization="Bearer right-token").status_code == 200


def test_a_large_body_is_refused_before_it_is_parsed(start: Start) -> None:
    _, url = start()
    sent = httpx.post(f"{url}/mcp", content=b"x" * 5_000_000, headers=HEADERS, timeout=30)
    assert sent.status_code == 413
    unsized = httpx.post(f"{url}/mcp", content=iter([b"x" * 1_000_000] * 5), headers=HEADERS, timeout=30)
    assert unsized.status_code == 413
    assert json.loads(unsized.content)["error"].startswith("too_large: ")
    assert post(url).status_code == 200


def test_a_polite_signal_ends_it_cleanly(start: Start) -> None:
    child, url = start()
    assert post(url).status_code == 200
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 0


@pytest.mark.slow
def test_while_every_thread_computes_it_says_how_it_is_and_a_signal_ends_it(start: Start) -> None:
    child, url = start(FASTAPI_MAESTRO_RATE_LIMIT="0")
    code = "\n".join(f"def f{number}(x: int) -> int:\n    return g(x) + {number}" for number in range(1_500))
    review = call("review_endpoint", code=code)
    for _ in range(40):
        threading.Thread(target=ask, args=(url, review), daemon=True).start()
    while "maestro_tool_calls_running 40.0" not in httpx.get(f"{url}/metrics", timeout=20).text:
        assert child.poll() is None
    assert httpx.get(f"{url}/ready", timeout=20).status_code == 200
    child.send_signal(signal.SIGTERM)
    assert child.wait(45) == 0


def ask(url: str, message: dict[str, object]) -> None:
    with suppress(httpx.HTTPError):
        httpx.post(f"{url}/mcp", json=message, headers=HEADERS, timeout=300)


def test_logs_are_json_lines_with_the_call_s_id_and_never_its_content(start: Start, logs: Path) -> None:
    child, url = start("--log-format", "json", FASTAPI_MAESTRO_LOG_LEVEL="info")
    review = call("review_endpoint", code="password = 'hunter2hunter2'\n")
    httpx.post(f"{url}/mcp", json=review, headers=HEADERS, timeout=60)
    child.send_signal(signal.SIGTERM)
    child.wait(30)
    (errors,) = (log.read_bytes() for log in logs.iterdir())
    lines = [json.loads(line) for line in errors.splitlines()]
    logged = next(line for line in lines if line.get("tool") == "review_endpoint")
    assert logged["request_id"]
    assert logged["outcome"] == "ok"
    assert b"hunter2" not in errors
