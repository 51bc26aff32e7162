"""Short calls are computed in the event loop where they are short, and in a thread where they may not be."""

import asyncio
import threading
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from fastmcp import Client

from maestro_knowledge.core.settings import Settings
from maestro_server.app.build import build_server
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.shortcut import A_ROUND, LONGEST, MOST, Shortcut

pytestmark = pytest.mark.anyio


@dataclass
class Desk:
    """A shortcut over what is open: `held` may be replaced, as publishing does."""

    held: object | None = field(default_factory=object)

    def __post_init__(self) -> None:
        self.shortcut = Shortcut(lambda: self.held)

    async def is_here(self, needs: str = "search") -> bool:
        """Whether a call is computed in this thread."""
        return await self.shortcut.give(threading.get_ident, needs) == threading.get_ident()


async def test_the_first_call_of_a_kind_goes_to_a_thread_and_the_next_does_not() -> None:
    desk = Desk()

    assert [await desk.is_here() for _ in range(4)] == [False, True, True, True]
    assert not await desk.is_here("read")
    assert await desk.is_here("read")


async def test_what_may_take_long_always_goes_to_a_thread() -> None:
    desk = Desk()

    assert not any([await desk.is_here("") for _ in range(4)])


async def test_the_first_call_after_something_was_published_goes_to_a_thread() -> None:
    desk = Desk()
    while not await desk.is_here():
        pass

    desk.held = object()

    assert [await desk.is_here() for _ in range(2)] == [False, True]


async def test_nothing_is_computed_in_the_loop_before_anything_is_open() -> None:
    desk = Desk(None)

    assert not any([await desk.is_here() for _ in range(4)])


async def test_a_call_goes_to_a_thread_while_other_threads_compute() -> None:
    desk = Desk()
    while not await desk.is_here():
        pass
    go = threading.Event()
    computing = asyncio.create_task(to_thread.run_sync(go.wait))
    while not to_thread.current_default_thread_limiter().borrowed_tokens:
        await asyncio.sleep(0)

    during = await desk.is_here()
    go.set()
    await computing

    assert not during
    assert await desk.is_here()


async def test_a_call_that_went_wrong_is_none_that_is_known() -> None:
    desk = Desk()

    def fail() -> None:
        raise LookupError(threading.get_ident())

    threads = set()
    for _ in range(4):
        with pytest.raises(LookupError) as error:
            await desk.shortcut.give(fail, "search")
        threads.add(error.value.args[0])

    assert threading.get_ident() not in threads


async def test_names_that_callers_make_up_are_not_kept_for_ever() -> None:
    desk = Desk()
    for number in range(3 * MOST):
        await desk.is_here(f"search {number}")

    assert not await desk.is_here("search 0")
    assert await desk.is_here("search 0")


async def test_the_loop_gets_a_turn_after_a_few_calls() -> None:
    desk = Desk()
    while not await desk.is_here():
        pass
    noted = list[str]()

    async def serve_others() -> None:
        while noted.count("call") < 40:
            noted.append("other")
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for _ in range(40):
            group.create_task(desk.shortcut.give(partial(noted.append, "call"), "search"))
        group.create_task(serve_others())

    in_a_row = [len(list(same)) for what, same in groupby(noted) if what == "call"]
    assert sum(in_a_row) == 40
    assert max(in_a_row) <= A_ROUND


class Noting(Expert):
    """An expert that notes in which threads it was asked."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.threads = list[int]()

    def search(self, query: str, **more: Any) -> Answer:
        self.threads.append(threading.get_ident())
        return super().search(query, **more)

    def read(self, ref: str, **more: Any) -> Answer:
        self.threads.append(threading.get_ident())
        return super().read(ref, **more)


@pytest.mark.parametrize(
    ("tool", "arguments", "is_short"),
    [
        ("search_docs", {"query": "cors"}, True),
        ("search_docs", {"query": "cors " * LONGEST}, False),
        ("search_docs", {"query": "cors", "project": "."}, False),
        ("read_docs", {"ref": "guide:async-database"}, True),
        ("read_docs", {"ref": "guide:async-database", "project": "."}, False),
    ],
)
async def test_searching_and_reading_are_short_unless_a_project_is_named_or_much_is_asked(
    settings: Settings, root: Path, tool: str, arguments: dict[str, str], is_short: bool
) -> None:
    (root / "main.py").touch()
    expert = Noting(settings)
    async with Client(build_server(settings, expert)) as client:
        answers = [await client.call_tool(tool, arguments) for _ in range(4)]

    assert len({answer.content[0].text for answer in answers}) == 1
    assert (expert.threads[-1] == threading.get_ident()) is is_short
