"""Coroutines that are kept, awaited or handed on, by all the ways there are."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request, Response

app = FastAPI()
running: set[asyncio.Task[None]] = set()


async def work(name: str) -> None:
    await asyncio.sleep(0.1)


async def value(name: str) -> str:
    return name


def start(coroutine: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(coroutine)
    running.add(task)
    task.add_done_callback(running.discard)


def choose(name: str) -> Awaitable[str]:
    return value(name) if name else value("nobody")


class Scheduler:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(work("scheduler"))

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@app.middleware("http")
async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    pending = call_next(request)
    response = await pending
    response.headers["x-served"] = "yes"
    return response


@app.get("/names/{name}")
async def read_name(name: str) -> dict[str, str]:
    start(work(name))
    later = value(name)
    first, second = await asyncio.gather(value(name), choose(name))
    async with asyncio.timeout(1):
        third = await later
    lookups = {key: value(key) for key in ("a", "b")}
    found = {key: await lookup for key, lookup in lookups.items()}
    return {"first": first, "second": second, "third": third, **found}


@app.get("/race")
async def race() -> str:
    tasks = [asyncio.ensure_future(value(str(n))) for n in range(3)]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    return done.pop().result()
