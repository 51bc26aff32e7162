"""The machine's clock jumps while clients ask: only what means the time of day may notice.

Servers run with a library that moves the time of day and nothing else, as an administrator or a bad time server
does. libfaketime (0.9.10) cannot do that to Python 3.11: left to itself it moves the monotonic clock, too, and locks
with a timeout never time out; told to leave that alone it hands the kernel a wrong time whenever Python sleeps or
waits for the interpreter. Either way a server starts, and does not answer.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from server.clients import Clients, Sent
from server.http_calls import HEADERS, LIST, Start, call
from server.issuer import Issuer

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home

HOUR = 3600
SHIFT = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile int64_t *offset;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    int file = open(getenv("SHIFTED_BY"), O_RDONLY);
    offset = mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    real = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, now);
    if (offset && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += *offset;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
"""
SEARCH = call("search_docs", query="cors")


@pytest.fixture
def clock(tmp_path: Path) -> "Clock":
    """A clock for servers that can be set while they run."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("the library that moves the clock needs Linux and a C compiler (Debian: gcc)")
    folder = tmp_path / "clock"
    folder.mkdir()
    (folder / "shift.c").write_text(SHIFT)
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", "shift.so", "shift.c", "-ldl"]
    subprocess.run(words, cwd=folder, check=True, timeout=60)
    return Clock(folder)


class Clock:
    """How far the clock of a server is from the machine's."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "seconds"
        self._file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(folder / "shift.so"), "SHIFTED_BY": str(self._file)}

    def set(self, seconds: int) -> None:
        """Makes it jump to so many seconds before or after the true time."""
        with self._file.open("r+b") as file:
            file.write(seconds.to_bytes(8, sys.byteorder, signed=True))


class Searchers(Clients):
    """Search for one thing with the right token."""

    def __init__(self, url: str) -> None:
        super().__init__(url, [SEARCH], {**HEADERS, "Authorization": "Bearer right"})

    def is_right(self, _: Sent, text: str) -> bool:
        return "docs:tutorial/cors" in text and '"isError":true' not in text


def status(url: str, token: str) -> int:
    headers = {**HEADERS, "Authorization": f"Bearer {token}"}
    return httpx.post(f"{url}/mcp", json=LIST, headers=headers, timeout=60).status_code


@pytest.mark.slow
def test_a_jumping_clock_changes_no_answer_and_signed_tokens_expire_by_it(
    start: Start, clock: Clock, logs: Path, home: Path
) -> None:
    ensure_embedded(Home(home))
    issuer = Issuer()
    child, url = start(
        **clock.environment,
        FASTAPI_MAESTRO_TOKEN="right",
        FASTAPI_MAESTRO_RATE_LIMIT="1000000",
        FASTAPI_MAESTRO_JWKS_URL=issuer.url,
        FASTAPI_MAESTRO_JWT_ISSUER="https://issuer.example",
        FASTAPI_MAESTRO_JWT_AUDIENCE="maestro",
    )
    token = issuer.sign(exp=int(time.time()) + HOUR // 2)
    with Searchers(url) as clients:
        clients.answer_some()
        for jump, accepted in (
            (0, 200),
            (HOUR, 401),
            (0, 200),
            (-HOUR, 200),
            (400 * 24 * HOUR, 401),
            (0, 200),
        ):
            clock.set(jump)
            clients.answer_some()
            assert status(url, token) == accepted, f"{jump} s from the true time"
            ready = httpx.get(f"{url}/ready", timeout=60)
            assert ready.status_code == 200
            assert ready.json()["age_seconds"] >= 0
            assert httpx.get(f"{url}/health", timeout=60).status_code == 200
    issuer.close()
    assert clients.wrong == []
    child.terminate()
    assert child.wait(60) == 0
    assert "Traceback" not in "".join(log.read_text() for log in logs.iterdir())


@pytest.mark.slow
def test_a_jumping_clock_locks_nobody_out(start: Start, clock: Clock) -> None:
    _, url = start(**clock.environment, FASTAPI_MAESTRO_RATE_LIMIT="5")
    for jump in (0, HOUR, 0, -HOUR, 400 * 24 * HOUR):
        clock.set(jump)
        answers = [httpx.post(f"{url}/mcp", json=LIST, headers=HEADERS, timeout=60) for _ in range(11)]
        assert answers[0].status_code == 200, f"{jump} s from the true time"
        refused = next(answer for answer in answers if answer.status_code != 200)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
