"""An inventory whose engines, drivers and sessions do not fit."""

import asyncio
import os
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, FastAPI
from pydantic_settings import BaseSettings
from pymongo import MongoClient
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, create_engine


class Settings(BaseSettings):
    dsn: str = "mysql+pymysql://inventory@localhost/inventory"


settings = Settings()
HOST = os.environ.get("DB_HOST", "localhost")
USERS_URL = f"postgresql+psycopg2://users@{HOST}/users"

users = create_async_engine(USERS_URL)  # expect: DBS201
items = create_async_engine(settings.dsn, pool_size=5)  # expect: DBS201
cache = create_async_engine(url="sqlite://")  # expect: DBS201
reports = create_engine(URL.create("postgresql+asyncpg", host=HOST))  # expect: DBS201
audit = create_engine("sqlite+aiosqlite:///" + "audit.db", echo=True)  # expect: DBS201
good = create_async_engine("postgresql+asyncpg://inventory@localhost/inventory")
maker = async_sessionmaker(good, expire_on_commit=False)
router = APIRouter()


async def get_session():
    async with maker() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


def get_db():
    engine = create_engine("postgresql+psycopg://inventory@localhost/inventory")  # expect: DBS202
    db = Session(engine)
    try:
        yield db
    finally:
        db.close()


def connect_documents():
    return MongoClient("mongodb://localhost:27017")["inventory"]  # expect: DBS202


class Inventory:
    def __init__(self, session: SessionDep) -> None:
        self._session = session

    async def count(self, table: str) -> int:
        return (await self._session.execute(text("SELECT 1"), {"table": table})).scalar_one()

    async def all_counts(self) -> list[int]:
        jobs = [self.count(name) for name in ("items", "users")]
        return await asyncio.gather(*jobs)  # expect: DBS206


async def total(session: AsyncSession, name: str) -> int:
    return (await session.execute(text("SELECT 2"), {"name": name})).scalar_one()


@router.get("/overview")
async def overview(session: SessionDep) -> dict[str, int]:
    items_total, users_total = await asyncio.gather(total(session, "items"), total(session=session, name="users"))  # expect: DBS206
    return {"items": items_total, "users": users_total}


@router.get("/groups")
async def groups(session: SessionDep) -> dict[str, int]:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(total(session, "a"))
        second = group.create_task(session.scalar(text("SELECT 3")))  # expect: DBS206
    return {"first": first.result(), "second": second.result()}


@router.get("/counts")
async def counts(inventory: Annotated[Inventory, Depends()]) -> list[int]:
    return await inventory.all_counts()


@router.get("/pool")
async def read_pool() -> int:
    async with asyncpg.create_pool("postgresql://inventory@localhost/inventory") as pool:  # expect: DBS202
        return await pool.fetchval("SELECT 1")


@router.get("/documents")
def count_documents() -> int:
    return connect_documents()["items"].count_documents({})


@router.get("/names")
def first_name(db: Session = Depends(get_db)) -> str:
    return db.execute(text("SELECT name FROM items LIMIT 1")).scalar_one()


app = FastAPI()
app.include_router(router)
make_reports = sessionmaker(reports)
