"""Fleet tracking. asyncpg pool per request and sessions everywhere."""

import asyncio
import time
from contextlib import contextmanager
from typing import Annotated

import asyncpg
import psycopg2
import pymysql.cursors
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response, status
from pydantic import BaseModel
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_engine("postgresql+psycopg2://fleet@db/fleet")
async_engine = create_async_engine("sqlite:///fleet.db")  # expect: DBS201
SessionLocal = sessionmaker(engine)
router = APIRouter(prefix="/v1/fleet", tags=["fleet"])


class Truck(BaseModel):
    plate: str
    lat: float
    lon: float


async def get_pool():
    pool = await asyncpg.create_pool("postgresql://fleet@db/fleet")  # expect: DBS202
    try:
        yield pool
    finally:
        await pool.close()


def get_db():
    db = SessionLocal()
    try:
        yield db
    except:  # expect: DIN507
        db.rollback()
    finally:
        db.close()


@contextmanager
def mysql():
    connection = pymysql.connect(host="old", cursorclass=pymysql.cursors.DictCursor)
    try:
        yield connection
    finally:
        connection.close()


Pool = Annotated[asyncpg.Pool, Depends(get_pool)]
Db = Annotated[Session, Depends(get_db)]


def count_trucks(db: Session) -> int:
    return db.execute(text("SELECT count(*) FROM trucks")).scalar_one()


async def still_alive(db: Db) -> None:
    db.execute(text("SELECT 1"))  # expect: ASY105


@router.get("/count", dependencies=[Depends(still_alive)])
async def count(db: Db) -> int:
    """How many trucks there are."""
    return count_trucks(db)  # expect: ASY106


@router.get("/old/{plate}")
async def old(plate: str) -> Truck:
    """A truck from the old database."""
    with mysql() as connection, connection.cursor() as cursor:  # expect: ASY106
        cursor.execute("SELECT * FROM trucks WHERE plate = %s", (plate,))  # expect: ASY105
        row = cursor.fetchone()
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such truck")
    return Truck(**row)


@router.get("/older/{plate}")
async def older(plate: str) -> int:
    """Rows in the oldest database."""
    connection = psycopg2.connect("dbname=fleet")  # expect: ASY105, DIN505
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM trucks WHERE plate = %s", [plate])  # expect: ASY105
    return cursor.fetchone()[0]


@router.get("/near")
async def near(pool: Pool, lat: float, lon: float) -> list[Truck]:
    """Trucks nearby."""
    rows = await pool.fetch("SELECT * FROM trucks ORDER BY point($1, $2) <-> place LIMIT 20", lat, lon)
    return [Truck(**row) for row in rows]


@router.post("/trucks", status_code=201)
async def add(truck: Truck, pool: Pool, response: Response) -> Truck:
    """Adds a truck."""
    async with pool.acquire() as connection:
        connection.execute("INSERT INTO trucks (plate) VALUES ($1)", truck.plate)  # expect: ASY110
    response.headers["location"] = f"/v1/fleet/{truck.plate}"
    return truck


@router.post("/retry", status_code=202)
async def retry() -> dict[str, int]:
    """Tries again until the queue is empty."""
    for attempt in range(5):
        time.sleep(2**attempt)  # expect: ASY102
    return {"attempts": 5}


@router.post("/position/{plate}")
async def position(plate: str, truck: Truck, pool: Pool) -> None:
    """Updates where a truck is."""
    async with asyncio.TaskGroup() as group:
        group.create_task(pool.execute(f"UPDATE trucks SET lat = {truck.lat} WHERE plate = '{plate}'"))  # expect: SEC602
        group.create_task(asyncio.sleep(0))


app = FastAPI(title="Fleet")
app.include_router(router)
