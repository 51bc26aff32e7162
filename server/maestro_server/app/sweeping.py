"""Garbage that the collector was kept from: a server that lives for weeks has to look for it by itself."""

import asyncio
import gc
import sys
from typing import Any

from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult

GROWTH = 1.25
ROOM = 200_000
_AFTER_THE_ANSWER = 0.1


class Sweep(Middleware):
    """Collects all garbage when much more is held than after the last time.

    Whatever reads a project sets its objects aside as lasting, since looking at each of them again and again
    makes it several times slower. The collector then takes them for few and never looks whether they are
    gone: 15 MB for each review of a hundred files.
    """

    def __init__(self, growth: float = GROWTH, room: int = ROOM) -> None:
        self._growth = growth
        self._room = room
        self._least = 0
        self._is_due = False

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Runs the call, and sweeps once its answer is on its way."""
        try:
            return await call_next(context)
        finally:
            held = sys.getallocatedblocks()
            self._least = min(self._least or held, held)
            if held > self._least * self._growth + self._room and not self._is_due:
                self._is_due = True
                asyncio.get_running_loop().call_later(_AFTER_THE_ANSWER, self.sweep)

    def sweep(self) -> None:
        """Collects, and takes what is left as the new measure."""
        gc.collect()
        self._least = sys.getallocatedblocks()
        self._is_due = False
