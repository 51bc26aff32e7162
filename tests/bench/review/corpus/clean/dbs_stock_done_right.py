"""Engines and sessions that look wrong and are right."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Annotated

import asyncpg
from fastapi import Depends, FastAPI, Request
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

raw_url = os.environ["DATABASE_URL"]
engine = create_async_engine(raw_url.replace("postgresql://", "postgresql+asyncpg://"))  # ok: mended on the way
both = create_async_engine("postgresql+psycopg://stock@localhost/stock")  # ok: psycopg does both
files = AsyncEngine(create_engine("sqlite+aiosqlite:///stock.db"))  # ok: wrapped
plain = create_engine("sqlite:///stock.db")
maker = async_sessionmaker(engine, expire_on_commit=False)
_late: Engine | None = None


class Base(DeclarativeBase):
    """Tables."""


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(raw_url)  # ok: one for the application
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@lru_cache(maxsize=1)
def cached_engine() -> Engine:
    return create_engine("sqlite:///cached.db")  # ok: made once


def late_engine() -> Engine:
    global _late
    if _late is None:
        _late = create_engine("sqlite:///late.db")  # ok: made the first time
    return _late


def get_db(engine: Annotated[Engine, Depends(cached_engine)]) -> Iterator[Session]:
    with Session(engine) as db:
        yield db


async def get_session() -> AsyncIterator[AsyncSession]:
    async with maker() as session:
        yield session


async def count(number: int) -> int:
    async with maker() as session:
        return (await session.execute(text("SELECT 1"))).scalar_one() + number


async def fetch(pool: asyncpg.Pool, query: str) -> int:
    return await pool.fetchval(query)


@app.get("/many")
async def many() -> list[int]:
    return await asyncio.gather(*(count(number) for number in range(3)))  # ok: a session each


@app.get("/pool")
async def pool(request: Request) -> list[int]:
    shared = request.app.state.pool
    return await asyncio.gather(fetch(shared, "SELECT 1"), fetch(shared, "SELECT 2"))  # ok: a pool is shared


@app.get("/one")
async def one(session: Annotated[AsyncSession, Depends(get_session)]) -> list[int]:
    waiting = asyncio.create_task(asyncio.sleep(1))
    first = await session.scalar(text("SELECT 1"))
    second = await session.scalar(text("SELECT 2"))
    await waiting
    return [first, second]


@app.get("/beside")
async def beside(session: Annotated[AsyncSession, Depends(get_session)]) -> list[int]:
    return list(await asyncio.gather(session.scalar(text("SELECT 1")), count(2)))  # ok: used once


@app.get("/items")
def items(db: Annotated[Session, Depends(get_db)], limit: int = 10) -> list[int]:
    return [item.id for item in db.scalars(select(Item).limit(min(limit, 100)))]


@app.get("/late")
def late() -> str:
    return late_engine().name


def migrate() -> None:
    create_engine("sqlite:///stock.db").dispose()


if __name__ == "__main__":
    migrate()
