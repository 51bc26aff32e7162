"""A bakery that keeps its loop free; names look blocking and are not."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import httpx
import requests
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bakery.tables import Loaf

log = logging.getLogger(__name__)
engine = create_async_engine(os.environ["BAKERY_DB"], pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
executor = ThreadPoolExecutor(max_workers=2)
running: set[asyncio.Task[None]] = set()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    time.sleep(0.1)  # ok: nobody is served yet
    app.state.redis = Redis(host="cache")
    async with httpx.AsyncClient(timeout=5) as client:
        app.state.client = client
        yield
    await app.state.redis.aclose()
    executor.shutdown()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as made:
        yield made


def client(request: Request) -> httpx.AsyncClient:
    return request.app.state.client


def cache(request: Request) -> Redis:
    return request.app.state.redis


Db = Annotated[AsyncSession, Depends(session)]
Http = Annotated[httpx.AsyncClient, Depends(client)]
Cache = Annotated[Redis, Depends(cache)]


class LoafOut(BaseModel):
    """A loaf."""

    id: int = Field(description="Number")
    grain: str = Field(description="Grain")


def bake(minutes: int) -> int:
    time.sleep(minutes)
    return minutes


def ask_mill(url: str, timeout: float = 3) -> dict[str, Any]:
    return requests.get(url, timeout=timeout).json()


class Oven:
    """Has a method called sleep, and one called get."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def get(self, name: str) -> str:
        return name.upper()


oven = Oven()
router = APIRouter(prefix="/v1/bakery", tags=["bakery"])


@router.get("/loaves")
async def loaves(db: Db, limit: Annotated[int, "size"] = 20) -> list[LoafOut]:
    """Loaves."""
    rows = await db.scalars(select(Loaf).limit(min(limit, 100)))
    return [LoafOut(id=row.id, grain=row.grain) for row in rows]


@router.post("/loaves/{grain}", status_code=201)
async def add(grain: str, db: Db, cache: Cache, http: Http) -> LoafOut:
    """Adds a loaf."""
    loaf = Loaf(grain=grain)
    db.add(loaf)
    await db.commit()
    await cache.set(f"loaf:{loaf.id}", grain)
    answer = await http.get("https://mill.example/stock")
    answer.raise_for_status()
    await oven.sleep(0.1)
    return LoafOut(id=loaf.id, grain=oven.get(grain))


@router.post("/bake", status_code=202)
async def start(minutes: int, tasks: BackgroundTasks) -> dict[str, str]:
    """Bakes."""
    tasks.add_task(bake, minutes)
    tasks.add_task(partial(bake, minutes=minutes))
    job = asyncio.create_task(remember(minutes))
    running.add(job)
    job.add_done_callback(running.discard)
    return {"state": "started"}


async def remember(minutes: int) -> None:
    log.info("baking for %d minutes", minutes)


@router.get("/mill")
async def mill() -> dict[str, Any]:
    """What the mill has."""
    loop = asyncio.get_running_loop()
    first = await loop.run_in_executor(executor, ask_mill, "https://mill.example")
    second = await run_in_threadpool(ask_mill, "https://mill.example", timeout=1)
    third = await asyncio.to_thread(lambda: ask_mill("https://mill.example"))
    return {**first, **second, **third}


@router.get("/plain")
def plain() -> int:
    """Runs in a thread."""
    return bake(1) + len(ask_mill("https://mill.example"))


app = FastAPI(lifespan=lifespan)
app.include_router(router)
