"""A gallery: uploads with bounds, names that are made here, commands as lists."""

import asyncio
import html
import json
import random
import subprocess
import uuid
from pathlib import Path
from typing import Annotated, Literal

import anyio
import yaml
from fastapi import APIRouter, FastAPI, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse

router = APIRouter(prefix="/v1/gallery", tags=["gallery"])
ROOT = Path("/srv/gallery")
LIMIT = 2_000_000
PAGES = {"home": "/", "help": "/help"}


@router.post("/pictures", status_code=201)
async def upload(picture: Annotated[UploadFile, File()]) -> str:
    """Takes a picture."""
    if picture.content_type not in {"image/png", "image/jpeg"}:
        raise HTTPException(415)
    name = f"{uuid.uuid4()}{Path(picture.filename or '').suffix[:5]}"
    size = 0
    async with await anyio.open_file(ROOT / uuid.uuid4().hex, "wb") as out:
        while chunk := await picture.read(65_536):
            size += len(chunk)
            if size > LIMIT:
                raise HTTPException(413)
            await out.write(chunk)
    return name


@router.get("/pictures/{number}")
def picture(number: uuid.UUID) -> FileResponse:
    """A picture."""
    return FileResponse(ROOT / f"{number}.png")


@router.get("/thumbnails/{size}")
def thumbnail(size: Literal["small", "large"]) -> FileResponse:
    """A thumbnail."""
    return FileResponse(ROOT / f"{size}.png")


@router.post("/shrink")
async def shrink(number: uuid.UUID) -> int:
    """Shrinks a picture."""
    process = await asyncio.create_subprocess_exec("mogrify", "-resize", "50%", str(ROOT / f"{number}.png"))
    return await process.wait()


@router.post("/shrink/all")
def shrink_all() -> int:
    """Shrinks every picture."""
    return subprocess.run(["mogrify", "-resize", "50%", str(ROOT)], check=False, timeout=60).returncode


@router.get("/title", response_class=HTMLResponse)
async def title(name: str) -> HTMLResponse:
    """A title."""
    return HTMLResponse(f"<h1>{html.escape(name)}</h1>")


@router.get("/go/{page}")
async def go(page: str) -> RedirectResponse:
    """Goes to a page."""
    return RedirectResponse(PAGES.get(page, "/"))


@router.get("/random")
async def any_picture() -> dict[str, int]:
    """Any picture."""
    return {"number": random.randint(1, 100)}


@router.post("/settings")
def settings(text: Annotated[str, Form()]) -> int:
    """Reads settings."""
    return len(yaml.safe_load(text) or {}) + len(json.loads("{}"))


async def lines(count: int):
    for number in range(min(count, 1000)):
        yield f"{number}\n"
        await asyncio.sleep(0)


@router.get("/lines")
async def stream(request: Request, count: int = 10) -> StreamingResponse:
    """Lines."""
    return StreamingResponse(lines(count), media_type="text/plain")


app = FastAPI()
app.include_router(router)
