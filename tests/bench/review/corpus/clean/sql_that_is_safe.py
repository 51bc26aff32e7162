"""SQL by hand, with parameters only."""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel

log = logging.getLogger(__name__)
TABLE = "events"
SELECT = f"SELECT id, title FROM {TABLE}"
SORTS = {"title": "title ASC", "new": "created_at DESC"}


class Event(BaseModel):
    id: int
    title: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, asyncpg.Pool]]:
    async with asyncpg.create_pool("postgresql://events@localhost/events", command_timeout=10) as pool:
        yield {"pool": pool}


async def connection(request: Request) -> AsyncIterator[asyncpg.Connection]:
    async with request.state.pool.acquire() as acquired:
        yield acquired


Connection = Annotated[asyncpg.Connection, Depends(connection)]
router = APIRouter(prefix="/v1/events", tags=["events"])


@router.get("")
async def events(
    db: Connection,
    sort: Literal["title", "new"] = "title",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[Event]:
    """Some events."""
    rows = await db.fetch(f"{SELECT} ORDER BY {SORTS[sort]} LIMIT $1 OFFSET $2", limit, offset)
    return [Event(**row) for row in rows]


@router.get("/by-ids")
async def by_ids(db: Connection, ids: Annotated[list[int], Query(max_length=100)]) -> list[Event]:
    """Events by number."""
    placeholders = ", ".join(f"${index}" for index in range(1, len(ids) + 1))
    rows = await db.fetch(f"{SELECT} WHERE id IN ({placeholders})", *ids)
    return [Event(**row) for row in rows]


@router.get("/{event_id}")
async def event(event_id: int, db: Connection) -> Event:
    """One event."""
    row = await db.fetchrow(SELECT + " WHERE id = $1", event_id)
    if row is None:
        raise HTTPException(404, f"select another event: {event_id} does not exist")
    return Event(**row)


@router.post("", status_code=201)
async def create(body: Event, db: Connection) -> Event:
    """Adds an event."""
    async with db.transaction():
        await db.execute("INSERT INTO events (id, title) VALUES ($1, $2)", body.id, body.title)
    log.info("insert into events: %s", body.id)
    return body


@router.delete("/{event_id}", status_code=204)
async def delete(event_id: int, db: Connection) -> None:
    """Removes an event."""
    result = await db.execute("DELETE FROM events WHERE id = $1", event_id)
    if not re.fullmatch(r"DELETE [1-9]\d*", result):
        raise HTTPException(404, "No such event")


app = FastAPI(title="Events", lifespan=lifespan)
app.include_router(router)
