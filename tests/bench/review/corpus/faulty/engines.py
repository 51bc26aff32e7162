import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel
from redis import Redis
from sqlalchemy import create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

primary = create_async_engine("postgresql+psycopg2://app@db/main", pool_size=10)  # expect: DBS201
replica = create_async_engine("postgresql+asyncpg://app@replica/main")
archive = create_engine("mysql+aiomysql://app@archive/main")  # expect: DBS201
make_session = async_sessionmaker(replica, expire_on_commit=False)
cache = Redis(host="cache", decode_responses=True)
router = APIRouter(prefix="/v1/stats", tags=["stats"])


class Base(DeclarativeBase):
    pass


class Visit(Base):
    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str]


class Sale(Base):
    __tablename__ = "sales"

    id: Mapped[int] = mapped_column(primary_key=True)
    cents: Mapped[int]


class Numbers(BaseModel):
    visits: int
    sales: int


async def session() -> AsyncIterator[AsyncSession]:
    async with make_session() as opened:
        yield opened


def tenant_session(tenant: str):
    tenant_engine = create_engine(f"postgresql://app@{tenant}/main")
    with sessionmaker(tenant_engine)() as opened:
        yield opened


Sessions = Annotated[AsyncSession, Depends(session)]


@router.get("/numbers")
async def numbers(db: Sessions) -> Numbers:
    """Visits and sales."""
    visits, sales = await asyncio.gather(  # expect: DBS206
        db.scalar(select(func.count(Visit.id))),
        db.scalar(select(func.count(Sale.id))),
    )
    return Numbers(visits=visits or 0, sales=sales or 0)


@router.get("/pages/{page}")
async def page(page: str, db: Sessions) -> int:
    """Visits of a page."""
    cached = cache.get(f"page:{page}")  # expect: ASY105
    if cached:
        return int(cached)
    count = await db.scalar(select(func.count(Visit.id)).where(Visit.page == page))
    if not count:
        raise HTTPException(404, "Nobody was there")
    cache.set(f"page:{page}", count, ex=60)  # expect: ASY105
    return count


@router.get("/totals")
async def totals() -> int:
    """All visits."""
    engine = create_async_engine("postgresql+asyncpg://app@db/main")  # expect: DBS202
    async with engine.connect() as connection:
        return await connection.scalar(select(func.count(Visit.id)))


@router.get("/parallel")
async def parallel(db: Sessions) -> list[int]:
    """Visits of the largest pages."""
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(db.scalar(select(func.count()).where(Visit.page == name))) for name in "abc"]  # expect: DBS206
    return [job.result() or 0 for job in jobs]


app = FastAPI(title="Statistics")
app.include_router(router)
