"""What reviews set aside is collected in the end, however long a server lives."""

import asyncio
import gc
import sys
import weakref
from functools import _lru_cache_wrapper

import pytest
from fastmcp import Client, FastMCP

from maestro_indexer import words
from maestro_knowledge.project import known
from maestro_knowledge.project.collection import FEW, paused_collection
from maestro_server.app.calls import WatchedCalls
from maestro_server.app.sweeping import Sweep


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_a_little_of_what_nobody_holds_any_more_is_found_by_the_collector_itself() -> None:
    with paused_collection():
        gone = weakref.ref(Knot())
    gc.collect(1)

    assert gone() is None


def test_what_was_set_aside_as_lasting_is_freed() -> None:
    with paused_collection():
        gone = weakref.ref(Knot())
        for _ in range(FEW):
            Knot()
    gc.collect(1)
    assert gone() is not None

    Sweep().sweep()

    assert gone() is None


@pytest.mark.anyio
async def test_a_server_holds_no_more_after_many_calls_than_after_a_few() -> None:
    server = FastMCP("tangles", middleware=[WatchedCalls([Sweep(pause=0.1)])])

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


@pytest.mark.anyio
async def test_what_is_held_is_counted_once_for_many_calls() -> None:
    looks = []

    class Watched(Sweep):
        def look(self) -> None:
            looks.append(True)
            super().look()

    sweep = Watched(pause=0.05)
    for _ in range(100):
        sweep.end("search_docs", "ok", 0.1, None)
    assert looks == []
    await asyncio.sleep(0.2)
    assert looks == [True]


@pytest.mark.parametrize(
    "remembering",
    [
        known.canonical,
        known.bases_of,
        known.call_result,
        known.instance_call_result,
        known.is_deep,
        known.entered_type,
        words.read_word,
        words.fold,
        words.stem,
    ],
)
def test_names_that_callers_make_up_are_not_remembered_for_ever(
    remembering: "_lru_cache_wrapper[object]",
) -> None:
    for number in range(20_000):
        remembering(f"{remembering.__name__}.of_callers_{number}")

    assert remembering.cache_info().currsize < 10_000
