"""Whose turn it is: calls that compute for long take turns, and are told to come back when too many wait."""

import asyncio
import time
from math import ceil
from typing import Any

from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, MiddlewareContext
from fastmcp.tools import ToolResult

from maestro_server.app.calls import AroundCalls

LONG = frozenset({"review_endpoint", "map_app", "scaffold_route", "scaffold_service", "compare_versions"})
AT_ONCE = 4
MOST_WAITING = 256
LONGEST_WAIT = 45.0
_SHARE = 0.2
_SOONEST, _LATEST = 1, 60


class Turns(AroundCalls):
    """Lets few of the long calls compute at once; the short ones find a thread free, however many wait.

    Whoever waits holds no thread. Past a bound, of callers or of time, the answer is `busy` and says when to
    ask again: clients give up after a minute, and would have waited for nothing.
    """

    def __init__(
        self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, longest_wait: float = LONGEST_WAIT
    ) -> None:
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._longest_wait = longest_wait
        self._turns = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._usual = 0.1

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return self._waiting

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs a short call at once, a long one when it is its turn."""
        if str(context.message.name) not in LONG:
            return await call_next(context)
        await self._wait()
        began = time.perf_counter()
        try:
            return await call_next(context)
        finally:
            self._turns.release()
            self._usual += _SHARE * (time.perf_counter() - began - self._usual)

    async def _wait(self) -> None:
        if self._turns.locked() and self._waiting >= self._most_waiting:
            raise self._busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._longest_wait):
                await self._turns.acquire()
        except TimeoutError:
            raise self._busy() from None
        finally:
            self._waiting -= 1

    def _busy(self) -> ToolError:
        seconds = ceil(self._usual * (self._waiting + 1) / self._at_once)
        again = min(max(seconds, _SOONEST), _LATEST)
        return ToolError(
            f"busy: {self._waiting} calls wait for their turn to be computed. Try again in {again} s; "
            "searching and reading are served meanwhile."
        )
