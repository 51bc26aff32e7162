"""The database, and a cache."""

from collections.abc import AsyncIterator

import redis
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

engine = create_async_engine("sqlite:///tram.db")  # expect: DBS201
cache = redis.StrictRedis("cache")


class Stop(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    secret: str = ""


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as session:
        yield session


def cached(name: str) -> str | None:
    found = cache.get(name)
    return found.decode() if found else None


async def stops(session: AsyncSession) -> list[Stop]:
    return list((await session.exec(select(Stop))).all())
