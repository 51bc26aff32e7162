"""How much one caller may ask: a count by the minute, of this process or shared by every replica."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MINUTE = 60
_CALLERS = 100_000
_PATIENCE = 0.25
_AWAY = 10.0

log = logging.getLogger(__name__)


class Counter(Protocol):
    """Counts what each caller asked for in a window of time."""

    async def count(self, callers: Sequence[str], window: int) -> list[int]:
        """The number of requests of each caller in the window, this one included."""
        ...


class LocalCounter:
    """Counts in this process."""

    def __init__(self) -> None:
        self._window = 0
        self._counts: dict[str, int] = {}

    async def count(self, callers: Sequence[str], window: int) -> list[int]:
        """The number of requests of each caller in the window, this one included."""
        if window != self._window or len(self._counts) > _CALLERS:
            self._window, self._counts = window, {}
        for caller in callers:
            self._counts[caller] = self._counts.get(caller, 0) + 1
        return [self._counts[caller] for caller in callers]


class SharedCounter:
    """Counts in Redis or Valkey for all replicas; where that is away, in this process for a while."""

    def __init__(self, url: str, now: Callable[[], float] = time.monotonic) -> None:
        # The extra `team` has it.
        from redis.asyncio import Redis  # noqa: PLC0415
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415

        once = Retry(NoBackoff(), 1)  # a connection from before its restart is no reason to do without it
        self._redis: Any = Redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=once
        )
        self._local = LocalCounter()
        self._now = now
        self._away_until = 0.0

    async def count(self, callers: Sequence[str], window: int) -> list[int]:
        """The number of requests of each caller in the window, this one included."""
        if self._now() < self._away_until:
            return await self._local.count(callers, window)
        try:
            async with self._redis.pipeline(transaction=False) as together:
                for caller in callers:
                    key = f"fastapi-maestro:{window}:{caller}"
                    together.incr(key)
                    together.expire(key, 2 * MINUTE)
                answers = await together.execute()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, callers are served
            log.warning("shared limits are away", extra={"facts": {"error": type(error).__name__}})
            self._away_until = self._now() + _AWAY
            return await self._local.count(callers, window)
        return [int(count) for count in answers[::2]]

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._redis.aclose()


class RateLimit:
    """Answers 429 to the caller who asked too often this minute, and says when to come back."""

    def __init__(
        self, app: ASGIApp, limit: int, counter: Counter, clock: Callable[[], float] = time.time
    ) -> None:
        self.app = app
        self.limit = limit
        self.counter = counter
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on if its caller and its address have not asked too often."""
        if scope["type"] != "http" or scope["path"] in {"/health", "/ready"}:
            await self.app(scope, receive, send)
            return
        now = self.clock()
        window = int(now // MINUTE)
        if max(await self.counter.count(_callers(scope), window)) > self.limit:
            wait = MINUTE - int(now % MINUTE)
            text = f"busy: more than {self.limit} requests in a minute. Wait {wait} s."
            answer = JSONResponse({"error": text}, status_code=429, headers={"Retry-After": str(wait)})
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _callers(scope: Scope) -> list[str]:
    """Who asks: the token where one is shown (never the token itself), and always the address."""
    address = scope["client"][0] if scope.get("client") else "unknown"
    shown = dict(scope["headers"]).get(b"authorization", b"")
    token = [f"token:{hashlib.sha256(shown).hexdigest()[:24]}"] if shown else []
    return [*token, f"address:{address}"]
