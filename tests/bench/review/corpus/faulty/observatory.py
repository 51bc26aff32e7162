"""An observatory: async generators, nested functions and loops in loops."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import requests
from anyio import to_thread
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

router = APIRouter(prefix="/v1/sky", tags=["sky"])
log = logging.getLogger("sky")
INDEX = Path("index.txt")


class Star(BaseModel):
    """A star."""

    name: str = Field(description="Name")
    magnitude: float = Field(default=0, description="Magnitude")


class Catalogue:
    """A catalogue somewhere else."""

    url = "https://stars.example"

    @classmethod
    def fetch(cls, name: str) -> dict[str, Any]:
        return requests.get(f"{cls.url}/{name}", timeout=5).json()

    @staticmethod
    def names() -> list[str]:
        return INDEX.read_text().splitlines()

    @property
    def size(self) -> int:
        return len(self.names())


async def compute(name: str) -> float:
    await asyncio.sleep(0)
    return float(len(name))


def run(name: str) -> float:
    return asyncio.run(compute(name))


@router.get("/stars/{name}")
async def star(name: str) -> Star:
    """A star."""

    def load() -> dict[str, Any]:
        return Catalogue.fetch(name)

    found = load()  # expect: ASY106
    again = await to_thread.run_sync(load)
    return Star(name=found["name"], magnitude=again["magnitude"])


@router.get("/stars")
async def stars() -> list[str]:
    """Names of stars."""
    names = await asyncio.to_thread(Catalogue.names)
    return names[:100]


@router.get("/magnitude/{name}")
async def magnitude(name: str) -> float:
    """A magnitude."""
    return run(name)  # expect: ASY112


@router.get("/magnitude/{name}/plain")
def magnitude_plain(name: str) -> float:
    """A magnitude."""
    return run(name)


@router.get("/late/{name}")
async def late(name: str) -> dict[str, str]:
    """A late answer."""
    value = compute(name)  # expect: ASY110
    return {"value": f"{value:.1f}"}


@router.get("/both/{name}")
async def both(name: str) -> list[float]:
    """Two answers."""
    pending = [compute(name), compute(name[::-1])]
    return list(await asyncio.gather(*pending))


@router.post("/notes", status_code=201)
async def note(request: Request, text: str) -> dict[str, int]:
    """Notes something."""
    with open("notes.txt", "a") as out:  # expect: ASY103
        out.write(text + "\n")
    with suppress(Exception):  # expect: ERR301
        log.info("noted by %s", request.client.host)
    return {"size": len(text)}


@router.get("/proxy")
async def proxy(target: str) -> JSONResponse:
    """Asks another observatory."""
    try:
        async with httpx.AsyncClient(base_url="https://hub.example", timeout=3) as client:
            answer = await client.get("/ask", params={"q": target})
            answer.raise_for_status()
    except httpx.HTTPError as error:
        return JSONResponse({"error": str(error)}, status_code=502)  # expect: SEC617
    if answer.status_code == 204:
        raise HTTPException(404)
    return JSONResponse(answer.json())


app = FastAPI()
app.include_router(router)
