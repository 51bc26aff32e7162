"""Objects whose methods are named like blocking ones, and asynchronous twins of blocking libraries."""

import asyncio
import os
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Protocol

import aiohttp
import asyncpg
import httpx
from aiobotocore.session import get_session
from anyio import Path as AsyncPath
from fastapi import Depends, FastAPI, Request, UploadFile
from fastapi.responses import FileResponse
from motor.motor_asyncio import AsyncIOMotorClient
from openai import AsyncOpenAI
from redis import asyncio as aioredis
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://db/app")
Sessions = async_sessionmaker(engine)
redis = aioredis.from_url("redis://cache")
mongo = AsyncIOMotorClient("mongodb://docs")
llm = AsyncOpenAI()


class Store(Protocol):
    def get(self, key: str) -> str | None: ...
    def execute(self, query: str) -> list[str]: ...


class Memory:
    def __init__(self) -> None:
        self.data: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.data.get(key)

    def execute(self, query: str) -> list[str]:
        return [query]

    def sleep(self) -> None:
        """Takes no time."""

    def run(self, *commands: str) -> None:
        """Runs nothing."""


async def session() -> Any:
    async with Sessions() as opened:
        yield opened


def memory() -> Memory:
    return Memory()


app = FastAPI()
SessionDep = Annotated[AsyncSession, Depends(session)]


@app.get("/files/{name}")
async def file(name: str) -> FileResponse:
    path = PurePosixPath("/srv") / name
    joined = os.path.join("/srv", path.name)
    base = os.path.basename(joined)
    return FileResponse(Path("/srv") / base)


@app.get("/rows")
async def rows(session: SessionDep, store: Annotated[Memory, Depends(memory)]) -> list[str]:
    store.get("a")
    store.execute("select 1")
    store.sleep()
    store.run("ls")
    session.add(store)
    query = select(text("1")).limit(3)
    async with session.begin_nested():
        found = (await session.execute(query)).scalars().all()
    session.expunge_all()
    return [str(one) for one in found]


@app.get("/remote")
async def remote(request: Request, unknown: Any = None) -> dict[str, Any]:
    client: httpx.AsyncClient = request.app.state.client
    answer = await client.get("https://example.org")
    async with aiohttp.ClientSession() as http, http.get("https://example.org") as other:
        body = await other.json()
    if unknown is not None:
        unknown.get("https://example.org")
        unknown.execute("select 1")
    return {"status": answer.status_code, "body": body, "cached": await redis.get("x")}


@app.post("/upload")
async def upload(file: UploadFile) -> int:
    target = AsyncPath("uploads") / "x"
    await target.mkdir(exist_ok=True)
    size = 0
    async with await target.open("wb") as out:
        while chunk := await file.read(1024):
            size += await out.write(chunk)
    return size


@app.get("/docs-of/{user}")
async def documents(user: str) -> list[Any]:
    found = await mongo.app.documents.find({"user": user}).to_list(10)
    async with get_session().create_client("s3") as s3:
        await s3.get_object(Bucket="b", Key=user)
    connection = await asyncpg.connect("postgresql://db/app")
    try:
        rows = await connection.fetch("select 1")
    finally:
        await connection.close()
    answer = await llm.chat.completions.create(model="m", messages=[])
    process = await asyncio.create_subprocess_exec("ls")
    await process.wait()
    return [*found, *rows, answer]
