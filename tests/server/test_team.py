"""A team's server: tokens with scopes, signed tokens, limits, readiness, metrics."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from anyio import create_task_group, fail_after, lowlevel, to_thread
from conftest import COMMAND
from cryptography.hazmat.primitives.asymmetric import rsa
from server.http_calls import HEADERS, LIST, Start, call
from server.issuer import Issuer
from services import redis

from maestro_knowledge.core.errors import BadArgument, Conflict, NotFound
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.settings import load_settings
from maestro_server.team.access import OwnTokens
from maestro_server.team.limits import LocalCounter, SharedCounter
from maestro_server.team.tokens import TokenFile, manage


def bearer(token: str) -> dict[str, str]:
    return {**HEADERS, "Authorization": f"Bearer {token}"}


def listed(url: str, token: str) -> set[str]:
    answer = httpx.post(f"{url}/mcp", json=LIST, headers=bearer(token), timeout=30)
    assert answer.status_code == 200, answer.text
    return {tool["name"] for tool in answer.json()["result"]["tools"]}


def status(url: str, token: str) -> int:
    return httpx.post(f"{url}/mcp", json=LIST, headers=bearer(token), timeout=30).status_code


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_opens_what_it_was_added_for_until_it_is_revoked(start: Start, tmp_path: Path) -> None:
    places = Home(tmp_path / "home")
    (docs_only,) = manage(places, "add", "docs-only", ["docs"])
    (whole,) = manage(places, "add", "whole", [])
    _, url = start(FASTAPI_MAESTRO_HOME=str(places.root))

    assert status(url, "maestro_wrong") == 401
    assert "review_endpoint" in listed(url, whole)
    assert "search_docs" in listed(url, docs_only)
    assert "review_endpoint" not in listed(url, docs_only)
    review = call("review_endpoint", code="import fastapi\n")
    refused = httpx.post(f"{url}/mcp", json=review, headers=bearer(docs_only), timeout=30)
    assert "files_read" not in refused.text
    list(manage(places, "revoke", "whole", []))
    assert status(url, whole) == 401
    assert status(url, docs_only) == 200


@pytest.mark.anyio
async def test_a_changed_token_file_is_taken_up_while_every_thread_computes(tmp_path: Path) -> None:
    places, go = Home(tmp_path), threading.Event()
    tokens = OwnTokens(load_settings(home=tmp_path))
    threads = to_thread.current_default_thread_limiter()
    async with create_task_group() as computing:
        for _ in range(int(threads.total_tokens)):
            computing.start_soon(to_thread.run_sync, go.wait, 60)
        try:
            with fail_after(30):
                while threads.available_tokens:
                    await lowlevel.checkpoint()
                (secret,) = manage(places, "add", "late", ["docs"])
                access = await tokens.verify_token(secret)
                assert access
                assert access.client_id == "late"
                list(manage(places, "revoke", "late", []))
                assert await tokens.verify_token(secret) is None
        finally:
            go.set()


def test_a_token_is_shown_once_and_kept_only_as_a_digest(tmp_path: Path) -> None:
    places = Home(tmp_path)
    (secret,) = manage(places, "add", "ci", ["review"])

    kept = places.tokens.read_text()
    assert secret not in kept
    assert places.tokens.stat().st_mode & 0o077 == 0
    (line,) = manage(places, "list", "", [])
    assert "ci" in line
    assert "review" in line
    assert secret not in line


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 65, "-x", "名"])
def test_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadArgument):
        list(manage(Home(tmp_path), "add", name, []))


def test_a_name_is_given_once_and_an_unknown_one_names_the_nearest(tmp_path: Path) -> None:
    places = Home(tmp_path)
    list(manage(places, "add", "laptop", []))

    with pytest.raises(Conflict):
        list(manage(places, "add", "laptop", []))
    with pytest.raises(NotFound, match="laptop"):
        list(manage(places, "revoke", "lapotp", []))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b"\xff\xfe", b'[{"name": 1}]', b"[" * 100_000, b'[{"name":"a","digest":"b"}]'],
)
def test_a_broken_token_file_lets_nobody_in_and_says_so(tmp_path: Path, content: bytes) -> None:
    tokens = TokenFile(tmp_path / "tokens.json")
    (tmp_path / "tokens.json").write_bytes(content)
    tokens.take_up()

    assert tokens.find("") is None
    if content != b"{}":
        with pytest.raises(BadArgument, match="nobody gets in"):
            tokens.listed()


def refused_start(home: Path, root: Path, *words: str, **environment: str) -> str:
    """What a server says that does not start, as it must."""
    done = subprocess.run(
        [str(COMMAND), "serve", "--transport", "http", *words],
        env={"FASTAPI_MAESTRO_HOME": str(home), "PATH": "", **environment},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr


def test_off_loopback_needs_a_token_of_any_kind(home: Path, root: Path) -> None:
    assert "token add" in refused_start(home, root, "--host", "0.0.0.0")


# ── signed tokens ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


def test_a_signed_token_is_checked_whole(start: Start, issuer: Issuer) -> None:
    _, url = start(
        FASTAPI_MAESTRO_JWKS_URL=issuer.url,
        FASTAPI_MAESTRO_JWT_ISSUER="https://issuer.example",
        FASTAPI_MAESTRO_JWT_AUDIENCE="maestro",
        FASTAPI_MAESTRO_PUBLIC_URL="https://maestro.example",
    )
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    tools = listed(url, issuer.sign())
    assert {"search_docs", "review_endpoint"} <= tools
    assert "scaffold_route" not in tools
    for bad in (
        issuer.sign(aud="other"),
        issuer.sign(iss="https://other.example"),
        issuer.sign(exp=int(time.time()) - 60),
        issuer.sign(exp=None),
        issuer.sign(stranger),
        issuer.sign("x" * 64, "HS256"),
        jwt.encode({"sub": "ada"}, None, "none"),
        "not.a.token",
    ):
        assert status(url, bad) == 401
    refused = httpx.post(f"{url}/mcp", json=LIST, headers=HEADERS, timeout=30)
    assert "resource_metadata" in refused.headers["WWW-Authenticate"]
    metadata = httpx.get(f"{url}/.well-known/oauth-protected-resource/mcp", timeout=30).json()
    assert metadata["authorization_servers"] == ["https://issuer.example/"]


def test_a_jwks_address_alone_is_refused_with_what_lacks(home: Path, root: Path) -> None:
    said = refused_start(home, root, FASTAPI_MAESTRO_JWKS_URL="http://127.0.0.1:1/")

    assert "FASTAPI_MAESTRO_JWT_ISSUER" in said


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


def test_who_asks_too_often_is_told_when_to_come_back(start: Start) -> None:
    _, url = start(FASTAPI_MAESTRO_RATE_LIMIT="5")

    answers = [httpx.post(f"{url}/mcp", json=LIST, headers=HEADERS, timeout=30) for _ in range(14)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused  # the minute may turn in between, never twice
    assert sum(answer.status_code == 200 for answer in answers) <= 10
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert "Wait" in refused[0].json()["error"]
    assert httpx.get(f"{url}/health", timeout=30).status_code == 200


@pytest.mark.anyio
async def test_the_count_starts_anew_with_each_window_and_each_caller() -> None:
    counter = LocalCounter()

    assert [await counter.count(["a"], 1) for _ in range(3)] == [[1], [2], [3]]
    assert await counter.count(["b"], 1) == [1]
    assert await counter.count(["a"], 2) == [1]


@pytest.mark.anyio
async def test_replicas_count_together_and_go_on_alone_while_redis_is_stopped(tmp_path: Path) -> None:
    clock = [0.0]
    with redis(tmp_path) as server:
        one, other = (SharedCounter(server.url, lambda: clock[0]) for _ in range(2))
        assert await one.count(["a"], 1) == [1]
        assert await other.count(["a"], 1) == [2]
        server.stop()
        assert await one.count(["a"], 1) == [1]
        assert await one.count(["a"], 1) == [2]
        server.start()
        clock[0] += 60
        assert await one.count(["a"], 1) == [1]
        assert await other.count(["a"], 1) == [2]
        await one.close()
        await other.close()


@pytest.mark.anyio
async def test_limits_go_on_in_this_process_while_redis_is_away() -> None:
    counter = SharedCounter("redis://127.0.0.1:1/0")
    began = time.monotonic()

    counts = [await counter.count(["a"], 1) for _ in range(50)]

    assert counts == [[count] for count in range(1, 51)]
    assert time.monotonic() - began < 5
    await counter.close()


# ── watching ─────────────────────────────────────────────────────────────────────────────────────────────


def test_ready_says_what_is_served(start: Start) -> None:
    _, url = start()
    httpx.post(f"{url}/mcp", json=call("search_docs", query="cors"), headers=HEADERS, timeout=60)

    answer = httpx.get(f"{url}/ready", timeout=30)

    assert answer.status_code == 200
    assert answer.json()["layer"] == "installed"
    assert answer.json()["generation"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_count_calls_by_outcome_behind_the_token(start: Start) -> None:
    _, url = start(FASTAPI_MAESTRO_TOKEN="right-token")
    assert httpx.get(f"{url}/metrics", timeout=30).status_code == 401
    httpx.post(
        f"{url}/mcp", json=call("search_docs", query="cors"), headers=bearer("right-token"), timeout=60
    )
    httpx.post(f"{url}/mcp", json=call("search_docs", query=""), headers=bearer("right-token"), timeout=60)

    text = httpx.get(f"{url}/metrics", headers=bearer("right-token"), timeout=30).text

    assert 'maestro_tool_calls_total{outcome="ok",tool="search_docs"} 1.0' in text
    assert 'maestro_tool_calls_total{outcome="bad_argument",tool="search_docs"} 1.0' in text
    assert "maestro_tool_seconds_bucket" in text
    assert "maestro_index_ready 1.0" in text


def test_several_workers_answer_and_end_together(start: Start) -> None:
    child, url = start(FASTAPI_MAESTRO_WORKERS="2")
    assert (
        httpx.post(
            f"{url}/mcp", json=call("search_docs", query="cors"), headers=HEADERS, timeout=60
        ).status_code
        == 200
    )

    child.terminate()
    child.wait(30)

    assert child.returncode == 0
