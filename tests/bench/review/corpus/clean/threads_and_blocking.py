"""Everything that blocks does so off the loop."""

import asyncio
import functools
import shutil
import subprocess
import time
from asyncio import sleep
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import requests
from fastapi import APIRouter, FastAPI, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

router = APIRouter(prefix="/v1/scans", tags=["scans"])


class Scan(BaseModel):
    name: str
    pages: int


def fetch(url: str) -> bytes:
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    time.sleep(0.1)
    return response.content


def ocr(path: Path) -> int:
    done = subprocess.run(["ocr", "--", str(path)], check=True, capture_output=True, timeout=60)
    return len(done.stdout.splitlines())


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.words = Path("words.txt").read_text().split()
    yield


@router.get("/remote")
def remote() -> int:
    """Size of the sample."""
    return len(fetch("https://scans.example/sample.pdf"))


@router.get("/remote-async")
async def remote_async() -> int:
    """Size of the sample."""
    data = await asyncio.to_thread(fetch, "https://scans.example/sample.pdf")
    return len(data)


@router.get("/remote-executor")
async def remote_executor() -> int:
    """Size of the sample."""
    loop = asyncio.get_running_loop()
    data = await loop.run_in_executor(None, functools.partial(fetch, "https://scans.example/sample.pdf"))
    return len(data)


@router.post("/pages", status_code=201)
async def pages(file: UploadFile) -> Scan:
    """Counts pages."""
    target = anyio.Path("scans") / "current.pdf"
    async with await anyio.open_file(target, "wb") as sink:
        while chunk := await file.read(1 << 20):
            await sink.write(chunk)
    count = await anyio.to_thread.run_sync(ocr, Path(target))
    return Scan(name="current", pages=count)


@router.post("/copy", status_code=204)
async def copy() -> None:
    """Keeps a copy."""

    def work() -> None:
        with open("scans/current.pdf", "rb") as source, open("scans/copy.pdf", "wb") as sink:
            shutil.copyfileobj(source, sink)

    await run_in_threadpool(work)


@router.get("/wait")
async def wait(request: Request) -> dict[str, int]:
    """Waits a little."""
    requests = {"count": len(request.app.state.words)}
    await sleep(0.1)
    return {"words": requests.get("count", 0)}


@router.post("/process", status_code=202)
async def process() -> dict[str, int | None]:
    """Runs the converter."""
    running = await asyncio.create_subprocess_exec("convert", "scans/current.pdf")
    await running.wait()
    return {"code": running.returncode}


app = FastAPI(title="Scans", lifespan=lifespan)
app.include_router(router)
