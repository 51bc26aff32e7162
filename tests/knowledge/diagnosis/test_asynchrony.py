"""Mistakes with async and await that real Python refuses, each with the explanation it must get."""

import asyncio
import contextvars
import gc
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import anyio
from fastapi import FastAPI
from knowledge.diagnosis.provoke import (
    explained,
    traceback_of,
    traceback_of_request,
    traceback_of_run,
    warning_of,
)


async def load() -> dict[str, str]:
    return {"name": "Ada"}


async def rows():
    yield 1


def test_a_coroutine_in_place_of_its_value_is_explained():
    coroutine = load()
    code = "async def load(): ...\n\n@app.get('/users')\nasync def read_user():\n    user = load()\n    return user.name\n"
    diagnosis = explained("coroutine-used-as-value", traceback_of(lambda: coroutine.name), code)
    assert diagnosis.causes[0].evidence[0].line == 5
    assert "`name`" in diagnosis.what
    explained("coroutine-used-as-value", traceback_of(lambda: coroutine["name"]))
    coroutine.close()


def test_a_session_that_is_not_awaited_is_seen_by_its_type():
    code = "async def read(session: AsyncSession):\n    found = session.execute(select(Hero))\n    return found.scalars()\n"
    diagnosis = explained(
        "coroutine-used-as-value", "AttributeError: 'coroutine' object has no attribute 'scalars'", code
    )
    assert "`session.execute(select(Hero))` is not awaited" in diagnosis.causes[0].evidence[0].says


def test_a_coroutine_that_is_dropped_is_explained():
    def drop() -> None:
        load()
        gc.collect()

    explained("coroutine-never-awaited", warning_of(drop))


def test_an_awaited_plain_value_is_explained():
    def plain() -> int:
        return 1

    async def main() -> None:
        await plain()

    code = "def plain(): return 1\n\nasync def main():\n    await plain()\n"
    diagnosis = explained("await-on-plain-value", traceback_of_run(main), code)
    assert diagnosis.causes[0].evidence[0].line == 4
    explained("await-on-plain-value", traceback_of(lambda: asyncio.run(5)))


def test_the_wrong_kind_of_loop_is_explained():
    async def over_list() -> None:
        async for _ in [1]:
            pass

    async def over_rows() -> None:
        for _ in rows():
            pass

    async def awaited() -> None:
        await rows()

    async def file() -> None:
        async with io.StringIO():
            pass

    for main in (over_list, over_rows, awaited, file):
        explained("async-protocol-mixed-up", traceback_of_run(main))


def test_a_loop_inside_a_loop_is_explained():
    async def nested() -> None:
        coroutine = load()
        try:
            asyncio.run(coroutine)
        finally:
            coroutine.close()

    async def blocked() -> None:
        asyncio.get_running_loop().run_until_complete(asyncio.sleep(0))

    code = "async def nested():\n    return asyncio.run(load())\n"
    diagnosis = explained("loop-already-running", traceback_of_run(nested), code)
    assert "inside `async def nested`" in diagnosis.causes[0].evidence[0].says
    with warnings.catch_warnings(action="ignore"):
        explained("loop-already-running", traceback_of_run(blocked))
        gc.collect()  # the coroutine that could not be run


def test_a_missing_loop_is_explained():
    app = FastAPI()

    @app.post("/orders")
    def create_order() -> None:
        asyncio.get_running_loop()

    explained("no-running-loop", traceback_of_request(app, "POST", "/orders"))
    with ThreadPoolExecutor(1) as pool:
        explained("no-running-loop", traceback_of(lambda: pool.submit(asyncio.get_event_loop).result()))
    explained("no-running-loop", traceback_of(lambda: anyio.from_thread.run(load)))


def test_a_closed_loop_is_explained():
    loop = asyncio.new_event_loop()
    loop.close()
    code = 'engine = create_async_engine("postgresql+asyncpg://")\n'
    diagnosis = explained("event-loop-closed", traceback_of(lambda: loop.call_soon(print)), code)
    assert diagnosis.causes[0].evidence[0].line == 1


def test_an_object_of_another_loop_is_explained():
    other = asyncio.new_event_loop()
    future = other.create_future()

    async def main() -> None:
        await future

    explained("attached-to-other-loop", traceback_of_run(main))
    other.close()


def test_a_lock_of_another_loop_is_explained():
    lock = asyncio.Lock()

    async def main() -> None:
        await asyncio.wait_for(lock.acquire(), 0.01)
        await asyncio.wait_for(lock.acquire(), 0.01)

    traceback_of_run(main)
    explained("attached-to-other-loop", traceback_of_run(main), "lock = asyncio.Lock()\n")


def test_a_context_variable_of_another_context_is_explained():
    variable = contextvars.ContextVar("tenant")
    token = contextvars.copy_context().run(variable.set, "north")
    explained("context-variable-elsewhere", traceback_of(lambda: variable.reset(token)))


def test_a_scope_that_another_task_leaves_is_explained():
    async def main() -> None:
        async def enter() -> anyio.CancelScope:
            return anyio.CancelScope().__enter__()

        scope = await asyncio.create_task(enter())
        scope.__exit__(None, None, None)

    explained("cancel-scope-elsewhere", traceback_of_run(main))


def test_tasks_that_nobody_looks_at_are_explained(caplog):
    async def fail() -> None:
        raise KeyError("x")

    async def main() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(main())
    explained("task-lost", caplog.messages[-1])
    caplog.clear()
    loop = asyncio.new_event_loop()
    task = loop.create_task(asyncio.sleep(60))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    task._coro.close()
    del task
    gc.collect()
    explained("task-lost", caplog.messages[-1])


def test_cancelled_work_is_explained():
    async def main() -> None:
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    diagnosis = explained("work-cancelled", traceback_of_run(main))
    assert diagnosis.confidence == "medium"


def test_times_with_and_without_zone_are_explained():
    explained(
        "naive-and-aware-times",
        traceback_of(lambda: datetime.now(UTC) - datetime.fromisoformat("2026-01-01")),
    )
    # asyncpg needs a PostgreSQL server; this is the text that SQLAlchemy passes on from it
    diagnosis = explained(
        "naive-and-aware-times",
        "sqlalchemy.exc.DBAPIError: (sqlalchemy.dialects.postgresql.asyncpg.Error) <class "
        "'asyncpg.exceptions.DataError'>: invalid input for query argument $1: datetime.datetime(2026, 1, 1, "
        "tzinfo=datetime.timezone.utc) (can't subtract offset-naive and offset-aware datetimes)",
    )
    assert "column" in diagnosis.causes[0].says
