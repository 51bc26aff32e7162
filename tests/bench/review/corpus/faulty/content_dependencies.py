"""Content service: how not to use dependencies."""

from typing import Annotated, Any

import boto3
import httpx
from elasticsearch import AsyncElasticsearch
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("sqlite+aiosqlite:///content.db")
Sessions = async_sessionmaker(engine, expire_on_commit=False)
router = APIRouter(prefix="/v1/content", tags=["content"])


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class ArticleService:
    """Reads articles."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def titles(self, limit: int) -> list[str]:
        return list(await self.session.scalars(select(Article.title).limit(limit)))


class Pagination:
    """Offset and limit."""

    def __init__(self, offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=100)] = 20):
        self.offset = offset
        self.limit = limit


async def get_session():
    async with Sessions() as session:
        yield session


def get_current_editor(request: Request, pages: Pagination = Depends(Pagination)) -> str:
    return request.headers.get("x-editor", "nobody")


async def get_search():
    search = AsyncElasticsearch("http://search:9200")
    yield search  # expect: DIN506
    await search.close()


def send(address: str) -> None:
    httpx.post("https://mail.internal.example", json={"to": address}, timeout=3)


@router.get("/titles")
async def titles(pages: Annotated[Pagination, Depends()]) -> list[str]:
    """Titles."""
    session = Sessions()  # expect: DIN505
    service = ArticleService(session)  # expect: DIN504
    found = await service.titles(pages.limit)
    await session.close()
    return found


@router.get("/search")
async def search(client: AsyncElasticsearch, words: str) -> int:  # expect: DIN508
    """Number of hits."""
    answer = await client.search(index="content", q=words)
    return answer["hits"]["total"]["value"]


@router.get("/editor")
async def editor(request: Request) -> str:
    """Who edits."""
    return get_current_editor(request)  # expect: DIN509


@router.get("/pages")
async def pages(page: Any = Depends(get_session())) -> str:  # expect: DIN502
    """Pages."""
    return str(page)


@router.get("/lazy")
async def lazy(request: Request) -> str:
    """The editor, if asked for."""
    editor = None
    if request.headers.get("x-editor"):
        editor = Depends(get_current_editor)  # expect: DIN501
    return str(editor)


@router.post("/notify", status_code=202)
async def notify(address: str) -> JSONResponse:
    """Sends a notification."""
    background = BackgroundTasks()  # expect: BGT905
    background.add_task(send, address)
    return JSONResponse({"state": "queued"}, status_code=202)


@router.post("/notify-well", status_code=202)
async def notify_well(address: str) -> JSONResponse:
    """Sends a notification."""
    background = BackgroundTasks()
    background.add_task(send, address)
    return JSONResponse({"state": "queued"}, status_code=202, background=background)


@router.get("/bucket/{key}")
def bucket(key: str) -> dict[str, int]:
    """Size of an object."""
    client = boto3.client("s3")
    try:
        return {"size": client.head_object(Bucket="content", Key=key)["ContentLength"]}
    except client.exceptions.NoSuchKey:
        raise HTTPException(404, "No such object") from None


app = FastAPI(title="Content")
app.include_router(router)
