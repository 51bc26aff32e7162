"""Background work done properly."""

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.background import BackgroundTask

log = logging.getLogger(__name__)
sessions = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///tasks.db"), expire_on_commit=False)
router = APIRouter(prefix="/v1/exports", tags=["exports"])
running: set[asyncio.Task[None]] = set()


class Export(BaseModel):
    name: str


async def write_export(name: str) -> None:
    async with sessions() as session:
        await session.commit()
    log.info("export %s written", name)


async def watch() -> None:
    while True:
        await asyncio.sleep(60)


def make_job(name: str):
    def job() -> None:
        log.info("job %s", name)

    return job


@asynccontextmanager
async def lifespan(app: FastAPI):
    watcher = asyncio.create_task(watch())
    yield
    watcher.cancel()
    with suppress(asyncio.CancelledError):
        await watcher


async def get_session():
    async with sessions() as session:
        yield session


@router.post("/tracked", status_code=202)
async def tracked(export: Export) -> Export:
    """Starts an export."""
    task = asyncio.create_task(write_export(export.name))
    running.add(task)
    task.add_done_callback(running.discard)
    return export


@router.post("/later", status_code=202)
async def later(export: Export, tasks: BackgroundTasks) -> Export:
    """Starts an export after the answer."""
    tasks.add_task(write_export, export.name)
    tasks.add_task(partial(log.info, "later %s", export.name))
    tasks.add_task(make_job(export.name))
    return export


@router.post("/attached", status_code=202)
async def attached(export: Export) -> JSONResponse:
    """Starts an export after the answer."""
    return JSONResponse({"name": export.name}, 202, background=BackgroundTask(write_export, export.name))


@router.post("/both", status_code=202)
async def both(export: Export) -> Export:
    """Runs two exports at once."""
    async with asyncio.TaskGroup() as group:
        group.create_task(write_export(export.name))
        group.create_task(write_export(export.name + "-copy"))
    return export


@router.post("/gathered", status_code=202)
async def gathered(export: Export) -> Export:
    """Runs two exports at once."""
    first = write_export(export.name)
    second = write_export(export.name + "-copy")
    await asyncio.gather(first, second)
    return export


@router.get("/{number}")
async def read(number: int, session: Annotated[AsyncSession, Depends(get_session)], request: Request) -> Export:
    """One export."""
    session.expire_all()
    if number < 0 or await request.is_disconnected():
        raise HTTPException(404, "No such export")
    return Export(name=str(number))


app = FastAPI(title="Exports", lifespan=lifespan)
app.include_router(router)
