"""A lending library with dependencies of every kind, all in order."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

make_session = sessionmaker(create_engine("sqlite://"))
make_async = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"), expire_on_commit=False)
HANDLERS: dict[str, Callable[[], None]] = {}


class Base(DeclarativeBase):
    """Tables."""


class Row(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Book(BaseModel):
    id: int
    title: str


class Settings(BaseSettings):
    branch: str = "main"


@dataclass
class Page:
    size: int
    start: int


def register(function: Callable[[], None]) -> Callable[[], None]:
    HANDLERS[function.__name__] = function
    return function


@lru_cache
def get_settings() -> Settings:
    return Settings()


def get_session() -> Iterator[Session]:
    session = make_session()
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


async def get_async_session() -> AsyncIterator[AsyncSession]:
    async with make_async() as session, session.begin():
        yield session


@contextmanager
def quiet() -> Iterator[None]:
    try:
        yield
    except KeyError:
        pass


def page(size: Annotated[int, Query(ge=1, le=100)] = 20, start: Annotated[int, Query(ge=0)] = 0) -> Page:
    return Page(size, start)


def require(role: str) -> Callable[[Request], str]:
    def check(request: Request) -> str:
        if request.headers.get("x-role") != role:
            raise HTTPException(403)
        return role

    return check


class Books:
    def __init__(self, session: Annotated[Session, Depends(get_session)]) -> None:
        self.session = session

    def all(self, page: Page) -> list[Row]:
        return list(self.session.scalars(select(Row).offset(page.start).limit(page.size)))


class Librarian:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, role: Annotated[str, Depends(require("librarian"))]) -> str:
        return self.name + role


Paged = Annotated[Page, Depends(page)]
router = APIRouter(prefix="/books", dependencies=[Depends(require("reader"))])


@router.get("")
def list_books(books: Annotated[Books, Depends()], page: Paged) -> list[Book]:
    return [Book(id=row.id, title=row.title) for row in books.all(page)]


@router.get("/{id}")
async def read_book(id: int, session: Annotated[AsyncSession, Depends(get_async_session)]) -> Book:
    row = await session.get(Row, id)
    if row is None:
        raise HTTPException(404)
    return Book(id=row.id, title=row.title)


@router.put("/{id}")
def replace_book(
    id: int,
    book: Book,
    session: Annotated[Session, Depends(get_session)],
    settings: Annotated[Settings, Depends(get_settings)],
    librarian: Annotated[str, Depends(Librarian("ada"))],
) -> Book:
    seen: list[int] = []
    seen.append(id)
    with quiet(), suppress(KeyError):
        session.merge(Row(id=id, title=book.title))
    return Book(id=id, title=f"{book.title} {settings.branch} {librarian}")


def create_app() -> FastAPI:
    guard = Depends(require("app"))
    app = FastAPI(dependencies=[guard])
    app.include_router(router)
    return app


app = create_app()
