"""A farm: dependencies with yield, and how they are taken."""

from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Annotated

import httpx
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException
from pymongo import MongoClient
from pymongo.database import Database
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite:///farm.db")
Local = sessionmaker(bind=engine)
client: MongoClient = MongoClient("mongodb://db")


class FieldRepository:
    """Fields in the database."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def count(self) -> int:
        return len(self.session.new)


def plain() -> Iterator[Session]:
    session = Local()
    yield session  # expect: DIN506
    session.close()


def swallowing() -> Iterator[Session]:
    session = Local()
    try:
        yield session
        session.commit()
    except Exception:  # expect: DIN507
        session.rollback()
    finally:
        session.close()


def good() -> Iterator[Session]:
    session = Local()
    try:
        yield session
        session.commit()
    except:
        session.rollback()
        raise
    finally:
        session.close()


def mongo() -> Database:
    return client.farm


async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=4) as client:
        yield client


def language(accept_language: Annotated[str, Header()] = "en", lang: Annotated[str | None, Cookie()] = None) -> str:
    return lang or accept_language


def farmer(x_farmer: str = Header()) -> str:
    return x_farmer.lower()


@cache
def limits() -> dict[str, int]:
    return {"fields": 10}


def require(role: str):
    def check(name: str = Depends(farmer)) -> str:
        if not name.startswith(role):
            raise HTTPException(403)
        return name

    return check


SessionDep = Annotated[Session, Depends(good)]
app = FastAPI(dependencies=[Depends(language)])


@app.get("/v1/fields")
def fields(session: SessionDep, name: str = Depends(require("owner"))) -> int:
    """Fields."""
    return FieldRepository(session).count()  # expect: DIN504


@app.get("/v1/limits")
def read_limits(given: dict = Depends(limits())) -> dict[str, int]:  # expect: DIN502
    """Limits."""
    return given


@app.get("/v1/name")
def name() -> dict[str, str]:
    """Who it is."""
    return {"name": farmer()}  # expect: DIN509


@app.get("/v1/cows")
def cows(session: Session = Depends(plain)) -> int:
    """Cows."""
    limit = Depends(limits)  # expect: DIN501
    return FieldRepository(session).count() if limit else 0  # expect: DIN504


@app.get("/v1/crops")
def crops(session: Session) -> int:  # expect: DIN508
    """Crops."""
    return len(session.new)


@app.get("/v1/soil")
async def soil(db: Database = Depends(mongo), client: httpx.AsyncClient = Depends(http)) -> dict[str, int]:
    """The soil."""
    await client.get("https://soil.example")
    return {"samples": db.samples.count_documents({})}  # expect: ASY105


@app.get("/v1/rain")
def rain(session: Session = Depends(swallowing)) -> dict[str, int]:
    """The rain."""
    other = Local()  # expect: DIN505
    total = len(other.new) + len(session.new)
    other.close()
    return {"total": total}
