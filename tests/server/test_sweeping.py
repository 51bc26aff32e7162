"""What reviews set aside is collected in the end, however long a server lives."""

import asyncio
import gc
import sys
import weakref

import pytest
from fastmcp import Client, FastMCP

from maestro_knowledge.project.collection import paused_collection
from maestro_server.app.sweeping import Sweep


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_what_was_set_aside_as_lasting_is_freed() -> None:
    with paused_collection():
        gone = weakref.ref(Knot())
    gc.collect(1)
    assert gone() is not None

    Sweep().sweep()

    assert gone() is None


@pytest.mark.anyio
async def test_a_server_holds_no_more_after_many_calls_than_after_a_few() -> None:
    server = FastMCP("tangles", middleware=[Sweep()])

    @server.tool
    def tangle() -> str:
        with paused_collection():
            for _ in range(150_000):
                Knot()
        return "done"

    held = []
    async with Client(server) as client:
        for _ in range(8):
            await client.call_tool("tangle", {})
            await asyncio.sleep(0.15)  # until the sweep that this call may have asked for
            held.append(sys.getallocatedblocks())

    assert max(held) < 1.3 * min(held) + 600_000
