"""A newsroom that looks as if the rules on trial had something to say, and does it right."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import httpx2
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import ForeignKey, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)
from starlette.exceptions import HTTPException as StarletteHTTPException


class Settings(BaseSettings):
    origins: list[str] = []
    database: str = "postgresql+asyncpg://newsroom@localhost/newsroom"


settings = Settings()
engine = create_async_engine(settings.database)
Sessions = async_sessionmaker(engine, expire_on_commit=False)  # ok: rows stay readable
Blocking = sessionmaker()
pages: asyncio.Queue[str] = asyncio.Queue(10)
presses = asyncio.Semaphore(2)
typed: queue.Queue[str] = queue.Queue()
lock = threading.Lock()
pool = ThreadPoolExecutor(4)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    articles: Mapped[list["Article"]] = relationship()


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    title: Mapped[str]


class Draft(BaseModel):
    title: str
    author_id: int


class Shown(BaseModel):
    id: int
    title: str


async def open_session() -> AsyncIterator[AsyncSession]:
    async with Sessions() as session:
        yield session


def open_blocking() -> Iterator[Session]:
    with Blocking() as session:
        yield session


Db = Annotated[AsyncSession, Depends(open_session)]
Rows = Annotated[Session, Depends(open_blocking)]
app = FastAPI(title="Newsroom")
app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET"])  # ok: from settings
articles = APIRouter(prefix="/articles", tags=["articles"])


@app.exception_handler(StarletteHTTPException)
async def on_http_error(
    request: Request, error: StarletteHTTPException
) -> JSONResponse:  # ok: sees 404 and 405
    return JSONResponse({"problem": str(error.status_code)}, status_code=error.status_code)


@app.exception_handler(HTTPException)
async def on_own_error(request: Request, error: HTTPException) -> JSONResponse:  # ok: beside the other
    return JSONResponse({"problem": str(error.status_code)}, status_code=error.status_code)


@articles.post("", status_code=201, response_model=Shown)
async def write_article(draft: Draft, db: Db) -> Article:
    """Stores an article and shows it again."""
    article = Article(title=draft.title, author_id=draft.author_id)
    db.add(article)
    await db.commit()
    app.state.last = article.title  # ok: not expired
    return article


@articles.get("/by-author")
def list_by_author(rows: Rows) -> dict[int, list[str]]:
    """The titles of each author."""
    found = rows.scalars(select(Author).options(selectinload(Author.articles)).limit(50))
    return {
        author.id: [article.title for article in author.articles] for author in found
    }  # ok: loaded at once


@articles.get("/some")
def list_some(rows: Rows) -> list[str]:
    """The titles of three articles."""
    shown = []
    for number in (1, 2, 3):
        article = rows.get(Article, number)  # ok: three numbers are no rows
        if article is not None:
            shown.append(article.title)
    return shown


@articles.get("/{article_id}")
def read_article(article_id: int, rows: Rows) -> Shown:
    """One article."""
    article = rows.get(Article, article_id)
    seen: set[int] = set()
    seen.add(article_id)  # ok: a set is no session
    if article is None:
        raise HTTPException(404)
    return Shown(id=article.id, title=article.title)


@articles.get("/subscriptions/confirm/{token}")
def confirm(token: str, rows: Rows) -> str:  # ok: a link in a mail can only be GET
    """Confirms what a mail asked for."""
    rows.execute(text("update subscriptions set confirmed = true where token = :token"), {"token": token})
    rows.commit()
    return "confirmed"


async def _announce(title: str) -> None:
    async with httpx2.AsyncClient(timeout=5) as client:
        try:
            await client.post("https://hooks.example.com/news", json={"title": title})
            if not title:
                raise HTTPException(400)  # ok: caught below
        except HTTPException:
            return


@articles.put("/{article_id}/publish")
async def publish(article_id: int, tasks: BackgroundTasks) -> dict[str, int]:
    """Publishes it."""
    tasks.add_task(_announce, f"article {article_id}")  # ok: after the response
    return {"published": article_id}


@articles.post("/{article_id}/price")
async def price(article_id: int) -> float:
    """Asks what it costs."""
    async with httpx2.AsyncClient(timeout=5) as client:
        answer = await client.post(
            "https://prices.example.com", json={"id": article_id}
        )  # ok: its result is used
    return float(answer.text)


async def _wire() -> AsyncIterator[bytes]:
    async with (
        httpx2.AsyncClient(timeout=5) as client,
        client.stream("GET", "https://wire.example") as answer,
    ):
        async for line in answer.aiter_bytes():
            yield line


def _archive() -> Iterator[bytes]:
    with open("archive.txt", "rb") as file:
        yield from file


@articles.get("/wire/now")
async def wire() -> StreamingResponse:
    """The agency's wire."""
    return StreamingResponse(_wire(), media_type="text/plain")  # ok: nothing in it blocks


@articles.get("/archive/all")
async def archive() -> StreamingResponse:
    """Everything that was printed."""
    return StreamingResponse(_archive(), media_type="text/plain")  # ok: a plain generator runs in a thread


@articles.post("/{article_id}/print")
async def print_article(article_id: int) -> str:
    """Waits for a press."""
    await presses.acquire()  # ok: of asyncio
    try:
        await pages.put(f"article {article_id}")
    finally:
        presses.release()
    return "queued"


@articles.post("/{article_id}/type")
def type_article(article_id: int) -> str:
    """Waits in a thread."""
    with lock:
        typed.put(f"article {article_id}")  # ok: a plain function runs in a thread
    return pool.submit(str, article_id).result()


@articles.get("/{article_id}/proof")
async def proof(article_id: int) -> str:
    """Waits for the proof."""
    job = asyncio.create_task(asyncio.to_thread(str, article_id))
    done, _ = await asyncio.wait({job})
    return done.pop().result()  # ok: finished


@app.get("/healthz")
def alive() -> dict[str, str]:  # ok: free and cheap
    """Whether the process lives."""
    return {"status": "ok"}


@app.get("/readyz")
async def is_ready(db: Db) -> dict[str, str]:
    """Whether it can serve."""
    await db.execute(text("select 1"))  # ok: costs nothing
    return {"status": "ready"}


app.include_router(articles)
