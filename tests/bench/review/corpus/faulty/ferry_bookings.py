"""Ferry bookings: synchronous drivers behind a small service class."""

import time as clock
from datetime import date
from typing import Annotated

import psycopg2
import psycopg2.extras
import requests as rq
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

router = APIRouter(prefix="/v1/ferries", tags=["ferries"])
DSN = "dbname=ferries host=db"


class Passage(BaseModel):
    """A passage somebody wants."""

    route: str = Field(description="Code of the route")
    day: date = Field(description="Day of the passage")
    cabins: int = Field(default=0, ge=0, le=4, description="Number of cabins")


class Harbour:
    """Talks to the harbour's systems."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = rq.Session()

    def tide(self, code: str) -> float:
        """The tide at a harbour."""
        answer = self.session.get(f"{self.base}/tides/{code}", timeout=3)
        return float(answer.json()["metres"])

    def wait_for_slot(self, code: str) -> bool:
        """Waits until there is a slot."""
        for _ in range(5):
            if self.tide(code) > 2:
                return True
            clock.sleep(2)
        return False


harbour = Harbour("https://harbour.example")


def connection():
    """A connection for one request."""
    conn = psycopg2.connect(DSN)
    try:
        yield conn
    finally:
        conn.close()


Conn = Annotated[psycopg2.extensions.connection, Depends(connection)]


@router.get("/{code}/tide")
async def read_tide(code: str) -> dict[str, float]:
    """The tide."""
    return {"metres": harbour.tide(code)}  # expect: ASY106


@router.get("/{code}/slot")
async def read_slot(code: str) -> dict[str, bool]:
    """Whether there is a slot."""
    free = await run_in_threadpool(harbour.wait_for_slot, code)
    return {"free": free}


@router.post("/{code}/slot", status_code=202)
async def wait_slot(code: str) -> dict[str, bool]:
    """Waits for a slot."""
    return {"free": await run_in_threadpool(lambda: harbour.wait_for_slot(code))}


@router.post("/passages", status_code=201)
async def book(passage: Passage, conn: Conn) -> dict[str, int]:
    """Books a passage."""
    cursor = conn.cursor()
    cursor.execute(  # expect: ASY105
        "INSERT INTO passages (route, day, cabins) VALUES (%s, %s, %s) RETURNING id",
        (passage.route, passage.day, passage.cabins),
    )
    row = cursor.fetchone()  # ok: one fault with the query
    if row is None:
        raise HTTPException(409, "not booked")
    conn.commit()  # expect: ASY105
    clock.sleep(0.2)  # expect: ASY102
    return {"id": row[0]}


@router.get("/passages/{passage_id}")
def read_passage(passage_id: int, conn: Conn) -> dict[str, str]:
    """A passage."""
    with conn.cursor() as cursor:
        cursor.execute("SELECT route FROM passages WHERE id = %s", (passage_id,))
        row = cursor.fetchone()
    if row is None:
        return {"detail": "not found"}, 404  # expect: RSP409
    return {"route": row[0]}


@router.get("/search")
def search(conn: Conn, route: Annotated[str, Query(max_length=20)] = "", limit: int = 50) -> list[str]:  # expect: VAL304
    """Searches passages."""
    query = "SELECT route FROM passages WHERE route LIKE '%" + route + "%' LIMIT 50"
    with conn.cursor() as cursor:
        cursor.execute(query)  # expect: SEC602
        return [row[0] for row in cursor.fetchmany(limit)]


app = FastAPI()
app.include_router(router)
