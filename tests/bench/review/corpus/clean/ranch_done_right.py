"""A ranch: names and shapes that only look like faults."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import anyio
import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request, Security, status
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, Field

API_KEY_NAME = "X-Ranch-Key"
PASSWORD_MIN_LENGTH = 12
TOKEN_URL = "/v1/token"
key_header = APIKeyHeader(name=API_KEY_NAME, auto_error=False)


class requests:  # noqa: N801
    """Not the library."""

    @staticmethod
    def get(name: str) -> str:
        return name


class Horse(BaseModel):
    """A horse."""

    name: str = Field(max_length=40, description="Name")
    token_count: int = Field(default=0, ge=0, description="Tokens of the rider")


class Keys:
    """Verifies keys."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known

    def __call__(self, key: Annotated[str | None, Security(key_header)]) -> str:
        if key is None or not any(secrets.compare_digest(key, one) for one in self.known):
            raise HTTPException(status.HTTP_401_UNAUTHORIZED)
        return key


@contextmanager
def connected() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect("ranch.db")) as connection:
        yield connection


def connection() -> Iterator[sqlite3.Connection]:
    with connected() as made:
        yield made


keys = Keys(frozenset())
router = APIRouter(prefix="/v1/horses", tags=["horses"], dependencies=[Depends(keys)])


@router.get("/{name}/shadow")
async def shadow(name: str) -> str:
    """Says a name."""
    return requests.get(name)


@router.get("/")
def horses(
    db: Annotated[sqlite3.Connection, Depends(connection)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[Horse]:
    """Horses."""
    rows = db.execute("SELECT name FROM horses LIMIT ?", (limit,)).fetchall()
    return [Horse(name=row[0]) for row in rows]


@router.put("/{name}")
async def put(name: Annotated[str, Path(max_length=40)], horse: Horse) -> JSONResponse:
    """Replaces a horse."""
    if horse.name != name:
        return JSONResponse({"detail": "names differ"}, status_code=409)
    async with await anyio.open_file("horses.txt", "a") as out:
        await out.write(name)
    return JSONResponse({"name": name})


@router.get("/{name}/vet")
async def vet(name: str, request: Request) -> dict[str, str]:
    """Asks the vet."""
    async with httpx.AsyncClient(base_url="https://vet.example", timeout=httpx.Timeout(5)) as client:
        answer = await client.get("/horses", params={"name": name})
    if answer.is_error:
        raise HTTPException(502, "the vet does not answer")
    return {"name": name, "health": answer.text[:20]}


app = FastAPI(debug=False)
app.include_router(router)
