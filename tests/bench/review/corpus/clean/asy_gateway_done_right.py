"""A gateway that looks guilty at every second line, and is not."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import aiofiles
import anyio
import httpx
import requests
from anyio.to_thread import run_sync
from asgiref.sync import sync_to_async
from fastapi import BackgroundTasks, Depends, FastAPI, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

executor = ThreadPoolExecutor(max_workers=4)


class Item(BaseModel):
    """Something that is fetched."""

    name: str


class Clock:
    def sleep(self, seconds: float) -> None:
        """Named like the blocking one, and harmless."""

    def run(self, *_: str) -> None: ...


def fetch(url: str) -> bytes:
    return requests.get(url, timeout=5).content


def save(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def notify(name: str) -> None:
    time.sleep(0.1)
    requests.post("https://hooks.example", json={"name": name}, timeout=5)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


def get_client(request: Request) -> httpx.AsyncClient:
    return request.state.client


Client = Annotated[httpx.AsyncClient, Depends(get_client)]


@app.get("/items/{name}")
async def read_item(name: str, client: Client) -> Item:
    answer = await client.get(f"/items/{name}")
    answer.raise_for_status()
    return Item.model_validate(answer.json())


@app.get("/threads/{name}")
async def read_in_threads(name: str) -> dict[str, int]:
    loop = asyncio.get_running_loop()
    first = await asyncio.to_thread(fetch, name)
    second = await run_in_threadpool(requests.get, name, timeout=5)
    third = await run_sync(partial(fetch, name))
    fourth = await loop.run_in_executor(executor, lambda: requests.get(name, timeout=3).content)
    fifth = await sync_to_async(fetch)(name)
    await anyio.to_thread.run_sync(save, Path("x"), first)
    Clock().sleep(1)
    Clock().run("ls")
    return {"size": len(first) + len(second.content) + len(third) + len(fourth) + len(fifth)}


@app.post("/files")
async def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, int]:
    size = 0
    async with aiofiles.open("upload.bin", "wb") as out:
        while chunk := await file.read(65536):
            size += await out.write(chunk)
    tasks.add_task(notify, "upload")
    return {"size": size}


@app.get("/export")
async def export() -> StreamingResponse:
    def rows() -> Iterator[str]:
        with Path("export.csv").open() as file:
            yield from file

    return StreamingResponse(rows(), media_type="text/csv")


@app.get("/plain/{name}")
def read_plain(name: str) -> Item:
    time.sleep(0.01)
    return Item.model_validate(requests.get(name, timeout=5).json())


async def shadowed(requests: dict[str, str], open: Client) -> str:
    return requests.get("name") or str(open)


def main() -> None:
    print(requests.get("https://example.org", timeout=5).status_code)


if __name__ == "__main__":
    main()
