"""Garbage that the collector was kept from: a server that lives for weeks has to look for it by itself."""

import asyncio
import gc
import sys

GROWTH = 1.25
ROOM = 200_000
# Counting walks through all memory: a tenth of a millisecond, and what the processor's caches held is gone.
PAUSE = 1.0


class Sweep:
    """Collects all garbage when much more is held than after the last time.

    Whatever reads a project sets its objects aside as lasting, since looking at each of them again and again
    makes it several times slower. The collector then takes them for few and never looks whether they are
    gone: 15 MB for each review of a hundred files.
    """

    def __init__(self, growth: float = GROWTH, room: int = ROOM, pause: float = PAUSE) -> None:
        self._growth = growth
        self._room = room
        self._pause = pause
        self._least = 0
        self._is_due = False

    def begin(self) -> None:
        """Nothing, yet."""

    def end(self, *_: object) -> None:
        """Has a look soon after the call, and once for all that end until then."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(self._pause, self.look)

    def look(self) -> None:
        """Sweeps if too much is held."""
        self._is_due = False
        held = sys.getallocatedblocks()
        self._least = min(self._least or held, held)
        if held > self._least * self._growth + self._room:
            self.sweep()

    def sweep(self) -> None:
        """Collects, and takes what is left as the new measure."""
        gc.collect()
        self._least = sys.getallocatedblocks()
