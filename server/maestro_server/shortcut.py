"""Where a short call is computed: in the event loop, as soon as all that it reads is open.

A search takes a few milliseconds. A thread that computes them holds the interpreter, and the loop waits for
it whenever it reads or writes: with several clients that was a third to a half of what the processor did.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

THREADS = 4
A_ROUND = 8  # one after the other finds the processor's caches filled, but others wait meanwhile
LONGEST = 500  # characters of a short call: the worst search of so many takes 20 ms
MOST = 64
Answer = TypeVar("Answer")


class Shortcut:
    """Short calls, few in each round of the loop: whoever asks how the server is comes in between.

    The first call of its kind opens files and takes longer, so it goes to a thread, as do all that come while
    threads compute: they would stop this one, and the loop with it, at each file it reads. `held` gives what
    is open: None as long as nothing is, and another object after something was published.
    """

    def __init__(self, held: Callable[[], object | None]) -> None:
        self._held = held
        self._seen: object | None = None
        self._known = set[str]()
        self._turns = asyncio.Semaphore(A_ROUND)
        self._threads = CapacityLimiter(THREADS)  # not the common ones, which say whether others compute

    async def give(self, make: Callable[[], Answer], needs: str) -> Answer:
        """What `make` makes; `needs` names what it reads, and is empty where it may take long."""
        if needs and await self._is_short(needs):
            return make()
        answer = await to_thread.run_sync(make, limiter=self._threads)
        if needs:
            if len(self._known) >= MOST:  # callers may spell a version as they like
                self._known.clear()
            self._known.add(needs)
        return answer

    async def _is_short(self, needs: str) -> bool:
        await self._turns.acquire()
        asyncio.get_running_loop().call_soon(self._turns.release)  # that is in the next round
        return self._is_open(needs) and not to_thread.current_default_thread_limiter().borrowed_tokens

    def _is_open(self, needs: str) -> bool:
        held = self._held()
        if held is not self._seen:
            self._known.clear()
            self._seen = held
        return held is not None and needs in self._known
