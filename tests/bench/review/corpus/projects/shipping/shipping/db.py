"""Engines, sessions and tables."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from .config import settings

engine = create_async_engine(settings.database_url, pool_pre_ping=True)  # expect: DBS201
archive = create_async_engine(settings.archive_url)  # ok: asyncpg
make_session = async_sessionmaker(archive, expire_on_commit=False)


class Base(DeclarativeBase):
    """Tables."""


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    weight: Mapped[float]


async def get_session():
    async with make_session() as session:
        yield session


def get_reports():
    reports = create_engine("postgresql+psycopg://shipping@localhost/reports")  # expect: DBS202
    with Session(reports) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]
ReportsDep = Annotated[Session, Depends(get_reports)]
