"""A newsroom whose faults only the rules on trial see: slow sends, rows read in loops, expired rows, locks."""

import queue
import smtplib
import threading
import urllib.request
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated, Any

import fastapi
import requests
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import APIKeyHeader
from pydantic import BaseModel
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_async_engine("postgresql+asyncpg://newsroom@localhost/newsroom")
Sessions = async_sessionmaker(bind=engine, autoflush=False)  # expect: DBS205
Blocking = sessionmaker()
printer: queue.Queue[str] = queue.Queue(maxsize=10)
presses = threading.BoundedSemaphore(2)
ready = threading.Event()
pool = ThreadPoolExecutor(4)
key = APIKeyHeader(name="X-Newsroom")


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str]


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    title: Mapped[str]
    views: Mapped[int] = mapped_column(default=0)


class Draft(BaseModel):
    title: str
    author_id: int


class Shown(BaseModel):
    id: int
    title: str


async def open_session() -> AsyncIterator[AsyncSession]:
    async with Sessions() as session:
        yield session


def open_blocking():
    with Blocking() as session:
        yield session


Db = Annotated[AsyncSession, Depends(open_session)]
Rows = Annotated[Session, Depends(open_blocking)]


async def on_http_error(request: Request, error: fastapi.HTTPException) -> JSONResponse:
    return JSONResponse({"problem": str(error.status_code)}, status_code=error.status_code)


app = FastAPI(title="Newsroom", exception_handlers={fastapi.HTTPException: on_http_error})  # expect: ERR305
app.add_middleware(CORSMiddleware, allow_origins=("*",), allow_methods=["GET"])  # expect: MID802
articles = APIRouter(prefix="/articles", tags=["articles"])


@articles.post("", status_code=201, response_model=Shown)
async def write_article(draft: Draft, db: Db) -> Article:
    """Stores an article and shows it again."""
    article = Article(title=draft.title, author_id=draft.author_id)
    db.add(article)
    await db.commit()
    app.state.last = article.title
    return article


@articles.get("/by-author")
def list_by_author(rows: Rows) -> dict[str, list[str]]:
    """The titles of each author."""
    shown: dict[str, list[str]] = {}
    for author in rows.scalars(select(Author).limit(50)):
        found = rows.scalars(select(Article).where(Article.author_id == author.id))  # expect: DBS203
        shown[author.mail] = [article.title for article in found]
    return shown


class Counter:
    """What counts who reads."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def seen(self, article_id: int) -> None:
        article = self.rows.get(Article, article_id)
        if article is not None:
            article.views += 1
            self.rows.add(article)
            self.rows.commit()


@articles.get("/{article_id}/read")
def read_article(article_id: int, counter: Annotated[Counter, Depends()]) -> str:
    """Notes that somebody read it."""
    counter.seen(article_id)  # expect: RTE218
    return "noted"


@articles.api_route("/{article_id}/drop", methods=["GET"])
async def drop_article(article_id: int, db: Db) -> str:
    """Removes it."""
    await db.execute(delete(Article).where(Article.id == article_id))  # expect: RTE218
    await db.commit()
    return "gone"


def _mail(to: str, text: str) -> None:
    server = smtplib.SMTP_SSL("mail.example", 465, timeout=5)
    server.sendmail("desk@example.com", [to], text)
    server.quit()


class Desk:
    """What tells the world."""

    hook = "https://hooks.example.com/news"

    def announce(self, title: str) -> None:
        requests.post(self.hook, json={"title": title}, timeout=5)


@articles.put("/{article_id}/publish")
def publish(article_id: int, desk: Annotated[Desk, Depends()]) -> dict[str, int]:
    """Publishes it."""
    desk.announce(f"article {article_id}")  # expect: BGT904
    return {"published": article_id}


@articles.post("/{article_id}/reject")
def reject(article_id: int, address: str) -> dict[str, int]:
    """Sends it back."""
    _mail(address, "Not this time.")  # expect: BGT904
    return {"rejected": article_id}


async def _typeset(article_id: int) -> None:
    if article_id < 1:
        raise fastapi.HTTPException(status.HTTP_404_NOT_FOUND, "no such article")  # expect: BGT906


@articles.post("/{article_id}/typeset", status_code=202)
async def typeset(article_id: int, tasks: BackgroundTasks) -> None:
    """Sets it in type."""
    tasks.add_task(_typeset, article_id)


def _pull(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return answer.read(1024)


async def _wire() -> AsyncIterator[bytes]:
    for number in range(10):
        yield _pull(f"https://wire.example/{number}")  # expect: ASY106


@articles.get("/wire")
async def wire() -> StreamingResponse:
    """The agency's wire."""
    lines = _wire()
    return StreamingResponse(lines, media_type="text/plain")  # expect: ASY108


@articles.post("/{article_id}/print")
async def print_article(article_id: int) -> str:
    """Waits for a press."""
    presses.acquire()  # expect: ASY114
    try:
        printer.put(f"article {article_id}")  # expect: ASY114
    finally:
        presses.release()
    return "queued"


@articles.get("/{article_id}/proof")
async def proof(article_id: int) -> str:
    """Waits for the proof."""
    job: Future[Any] = pool.submit(str, article_id)
    ready.wait()  # expect: ASY114
    return job.result()  # expect: ASY114


health = APIRouter(dependencies=[Depends(key)])  # expect: AUT704


@health.get("/healthz")
def alive() -> dict[str, str]:  # expect: OBS403
    """Whether the process lives."""
    return {"status": "ok"}


@app.get("/readyz")
def is_ready(rows: Rows) -> dict[str, int | None]:
    """Whether it can serve."""
    return {"articles": rows.scalar(select(func.count()).select_from(Article))}  # expect: OBS403


app.include_router(articles)
app.include_router(health)
