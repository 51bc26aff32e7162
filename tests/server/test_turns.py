"""Long calls take turns: short ones pass them, and whoever would wait in vain is told when to come back."""

import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from maestro_server.app.turns import Turns


@dataclass
class Desk:
    """A server whose reviews last until they are let go."""

    client: Client[Any]
    turns: Turns
    go: threading.Event
    reviewing: list[int]


@asynccontextmanager
async def desk(turns: Turns) -> AsyncIterator[Desk]:
    server = FastMCP("desk", middleware=[turns])
    go, reviewing = threading.Event(), [0, 0]

    @server.tool
    def review_endpoint() -> str:
        reviewing[0] += 1
        reviewing[1] = max(reviewing)
        go.wait(30)
        reviewing[0] -= 1
        return "reviewed"

    @server.tool
    def search_docs() -> str:
        return "found"

    async with Client(server) as client:
        yield Desk(client, turns, go, reviewing)
        go.set()


async def until_waiting(turns: Turns, count: int) -> None:
    with anyio.fail_after(30):
        while turns.waiting != count:
            await anyio.lowlevel.checkpoint()


@pytest.mark.anyio
async def test_a_short_call_is_answered_while_long_ones_wait() -> None:
    async with desk(Turns(at_once=2)) as one, anyio.create_task_group() as group:
        for _ in range(30):
            group.start_soon(one.client.call_tool, "review_endpoint")
        await until_waiting(one.turns, 28)

        assert (await one.client.call_tool("search_docs")).data == "found"

        one.go.set()
    assert one.turns.waiting == 0
    assert one.reviewing == [0, 2]


@pytest.mark.anyio
async def test_past_the_bound_a_long_call_is_busy_and_says_when_to_come_back() -> None:
    async with desk(Turns(at_once=1, most_waiting=3)) as one, anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(one.client.call_tool, "review_endpoint")
        await until_waiting(one.turns, 3)

        with pytest.raises(ToolError, match=r"^busy: 3 calls wait.* Try again in \d+ s") as refused:
            await one.client.call_tool("review_endpoint")

        again = re.search(r"in (\d+) s", str(refused.value))
        assert again
        assert 1 <= int(again[1]) <= 60
        one.go.set()
    assert one.turns.waiting == 0


@pytest.mark.anyio
async def test_nobody_waits_longer_than_a_client_would() -> None:
    async with desk(Turns(at_once=1, longest_wait=0.2)) as one, anyio.create_task_group() as group:
        group.start_soon(one.client.call_tool, "review_endpoint")
        with anyio.fail_after(30):
            while not one.reviewing[0]:
                await anyio.lowlevel.checkpoint()

        with pytest.raises(ToolError, match=r"^busy: "):
            await one.client.call_tool("review_endpoint")

        one.go.set()


@pytest.mark.anyio
async def test_a_call_that_fails_gives_its_turn_to_the_next() -> None:
    server = FastMCP("failing", middleware=[Turns(at_once=1)])

    @server.tool
    def review_endpoint() -> str:
        raise ToolError("bad_argument: no")

    async with Client(server) as client:
        for _ in range(3):
            with pytest.raises(ToolError, match="bad_argument"):
                await client.call_tool("review_endpoint")
