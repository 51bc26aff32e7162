"""Faults of the machine while clients ask: right answers go on, and no log says what it must not."""

import gzip
import json
import resource
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from indexer.conftest import Workshop, make_contents
from server.clients import Clients, Sent
from server.disks import Disk, small_disk
from server.http_calls import HEADERS, LIST, Start, call
from services import postgres, redis
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from maestro_indexer.embedded import ensure_embedded
from maestro_indexer.sharing.postgres import PostgresStore
from maestro_knowledge.core.home import Home
from maestro_server.team.limits import LocalCounter, RateLimit
from maestro_server.team.readiness import Readiness

SECRET = "maestro_secret-token-0123456789"
CODE = "the_users_own_code_0123456789"
WATCHED = {
    "FASTAPI_MAESTRO_TOKEN": SECRET,
    "FASTAPI_MAESTRO_LOG_FORMAT": "json",
    "FASTAPI_MAESTRO_LOG_LEVEL": "info",
    "FASTAPI_MAESTRO_RATE_LIMIT": "100000",
}
BEARER = {**HEADERS, "Authorization": f"Bearer {SECRET}"}
SEARCH = call("search_docs", query="topic5")
REVIEW = call("review_endpoint", code=f"import fastapi\n\n{CODE} = 1\n")


def until(what: object, seconds: float = 60) -> None:
    """Waits for it, not longer."""
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come"


class Callers(Clients):
    """Search, review and ask for what is not there, and keep which versions they were answered from."""

    def __init__(self, url: str) -> None:
        super().__init__(url, [SEARCH, REVIEW, {**SEARCH, "method": f"{CODE}/x"}], BEARER)
        self.versions: list[str] = []

    def is_right(self, message: Sent, text: str) -> bool:
        if message is REVIEW:
            return '"isError":false' in text
        if message is not SEARCH:
            return True
        found = [version for version in ("1.0.0", "2.0.0", "3.0.0") if f"FastAPI {version}" in text]
        self.versions += found
        return len(found) == 1 and "topic5" in text and '"isError":true' not in text


@pytest.fixture
def places(home: Path, tmp_path: Path) -> Home:
    """A home of the test's own, with the embedded layer."""
    ensure_embedded(Home(home))
    shutil.copytree(home, tmp_path / "own-home", symlinks=True)
    return Home(tmp_path / "own-home")


def publish(workshop: Workshop, version: str) -> None:
    """Another version of invented pages, beside our own pages."""
    kept = [one for one in workshop.generations.look().generation.snapshots if one.layer != "git"]
    made = workshop.publish_new(version)
    workshop.publish(*[one for one in kept if one.name != "fastapi"], *made.snapshots)
    workshop.generations.prune()


def served(url: str) -> str:
    """The version that is ready."""
    return str(httpx.get(f"{url}/ready", timeout=30).json()["version"])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture(autouse=True)
def _no_log_says_a_secret(logs: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    is_torn = "disk" in request.fixturenames and request.getfixturevalue("disk").tears_logs
    yield
    for log in logs.iterdir():
        text = log.read_text()
        assert SECRET not in text
        assert CODE not in text
        for line in [] if is_torn else text.splitlines():
            assert json.loads(line)["level"]


def test_a_refresh_under_load_changes_answers_from_one_version_to_the_next(
    start: Start, places: Home
) -> None:
    workshop = Workshop(places.index)
    publish(workshop, "1.0.0")
    _, url = start(FASTAPI_MAESTRO_HOME=str(places.root), **WATCHED)
    with Callers(url) as clients:
        until(lambda: "1.0.0" in clients.versions)
        for version in ("2.0.0", "3.0.0"):
            publish(workshop, version)
            until(partial(lambda wanted: wanted in clients.versions, version))
    assert not clients.wrong
    assert served(url) == "3.0.0"


def test_a_replica_on_a_full_disk_or_without_services_serves_on_and_catches_up(
    disk: Disk, start: Start, home: Path, tmp_path: Path, logs: Path
) -> None:
    ensure_embedded(Home(home))
    places = Home(disk.folder / "home")
    shutil.copytree(home, places.root, symlinks=True)
    machine = Workshop(tmp_path / "machine")
    with postgres() as database, redis(tmp_path) as limits:

        def share(version: str) -> None:
            generation = machine.publish_new(version)
            with PostgresStore(database.url) as store:
                store.push(generation.snapshots, machine.generations.snapshots, generation.built_at)

        share("1.0.0")
        services = {"FASTAPI_MAESTRO_DATABASE_URL": database.url, "FASTAPI_MAESTRO_REDIS_URL": limits.url}
        child, url = start(FASTAPI_MAESTRO_HOME=str(places.root), **services, **WATCHED)
        until(lambda: served(url) == "1.0.0")
        with Callers(url) as clients:
            (log,) = logs.iterdir()
            disk.fill(child.pid)
            share("2.0.0")
            until(lambda: disk.is_felt(log))
            clients.answer_some()
            assert served(url) == "1.0.0"
            disk.free(child.pid)
            until(lambda: served(url) == "2.0.0", 90)
            limits.stop()
            database.stop()
            clients.answer_some()
            limits.start()
            database.start()
            share("3.0.0")
            until(lambda: served(url) == "3.0.0", 90)
            until(lambda: "3.0.0" in clients.versions)
        assert not clients.wrong
        assert child.poll() is None
        assert "shared index" in log.read_text()


@pytest.mark.anyio
async def test_a_clock_that_jumps_locks_nobody_out_for_longer_than_a_minute() -> None:
    """By a clock of the test, by more than the machine's own may jump below."""
    clock = [1_700_000_000.0]
    app = RateLimit(_answers_ok, 2, LocalCounter(), lambda: clock[0])
    scope = {"type": "http", "path": "/mcp", "headers": [], "client": ("127.0.0.1", 1)}
    for jump in (0.0, 400 * 86_400, -800 * 86_400, 3_600, -3_600):
        clock[0] += jump
        said: list[Message] = []
        for _ in range(3):
            await app(scope, _nothing, _into(said))
        starts = [one for one in said if one["type"] == "http.response.start"]
        assert [one["status"] for one in starts] == [200, 200, 429]
        assert 1 <= int(dict(starts[2]["headers"])[b"retry-after"]) <= 60


async def _answers_ok(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


async def _nothing() -> Message:
    return {"type": "http.request"}


def _into(said: list[Message]) -> Send:
    async def send(message: Message) -> None:
        said.append(message)

    return send


def test_nothing_is_younger_than_new(places: Home) -> None:
    from datetime import UTC, datetime

    assert Readiness(places, lambda: datetime(2000, 1, 1, tzinfo=UTC)).look().age_seconds == 0


def test_ready_names_the_version_that_answers_where_several_are_kept(tmp_path: Path) -> None:
    places = Home(tmp_path)
    workshop = Workshop(places.index)
    workshop.publish(*[workshop.add(make_contents(version)) for version in ("1.10.0", "1.9.0")])

    assert Readiness(places).look().version == "1.10.0"


def held(process: int) -> float:
    """Megabytes that a process has in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "GZIP, gzip"])
def test_a_body_that_would_swell_is_refused_and_not_unpacked(start: Start, packing: str) -> None:
    child, url = start(**WATCHED)
    bomb = gzip.compress(b'{"a": "' + bytes(200_000_000), 1)[:3_000_000]
    before = held(child.pid)

    answer = httpx.post(
        f"{url}/mcp", content=bomb, headers={**BEARER, "Content-Encoding": packing}, timeout=30
    )

    assert answer.status_code == 415
    assert held(child.pid) - before < 150
    assert httpx.post(f"{url}/mcp", json=LIST, headers=BEARER, timeout=30).status_code == 200


@pytest.mark.slow
def test_ten_thousand_idle_connections_keep_nobody_out(start: Start) -> None:
    count = 10_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 500:
        pytest.skip(f"only {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    child, url = start(**WATCHED)
    before, port = held(child.pid), int(url.rpartition(":")[2])
    with ExitStack() as lines:
        for _ in range(count):
            lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        began = time.monotonic()
        assert httpx.post(f"{url}/mcp", json=LIST, headers=BEARER, timeout=60).status_code == 200
        print(f"answered after {time.monotonic() - began:.2f} s, {held(child.pid) - before:.0f} MB more")
        assert held(child.pid) - before < 500
    assert child.poll() is None


def test_what_is_wrong_with_a_message_is_logged_without_what_it_holds(start: Start) -> None:
    _, url = start(**WATCHED)
    odd: list[bytes] = [
        CODE.encode(),
        json.dumps({**SEARCH, "params": {"name": CODE, "arguments": {}}}).encode(),
        json.dumps({**SEARCH, "params": CODE}).encode(),
        json.dumps({**SEARCH, "id": {"a": CODE}}).encode(),
        json.dumps(call("search_docs", query=[CODE])).encode(),
        json.dumps(call("read_docs", ref=f"docs:{CODE}")).encode(),
        json.dumps(call("explain_error", error=f"{CODE}: {SECRET}")).encode(),
        json.dumps(call("review_endpoint", path=f"/{CODE}")).encode(),
    ]
    with httpx.Client(timeout=60, headers=BEARER) as client:
        for message in odd:
            assert client.post(f"{url}/mcp", content=message).status_code < 500
        assert client.post(f"{url}/{CODE}?{SECRET}", content=b"").status_code == 404
        wrong = {"Authorization": f"Bearer {SECRET}x"}
        assert client.post(f"{url}/mcp", json=LIST, headers=wrong).status_code == 401
