"""Async SQLAlchemy with a unit of work; sync calls that do no I/O."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Annotated, Protocol, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import String, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, selectinload

engine = create_async_engine("postgresql+asyncpg://wiki@localhost/wiki")
make_session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str]


class PageIn(BaseModel):
    title: str
    text: str


class PageOut(PageIn):
    model_config = ConfigDict(from_attributes=True)

    id: UUID


class Pages(Protocol):
    """What the service needs of pages."""

    async def get(self, page_id: UUID) -> Page | None: ...
    def add(self, page: Page) -> None: ...


class SqlPages:
    """Pages in the database."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, page_id: UUID) -> Page | None:
        return await self._session.get(Page, page_id, options=[selectinload("*")])

    def add(self, page: Page) -> None:
        self._session.add(page)

    async def delete(self, page: Page) -> None:
        await self._session.delete(page)

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(Page)) or 0


class UnitOfWork:
    """One transaction."""

    pages: SqlPages

    async def __aenter__(self) -> Self:
        self._session = make_session()
        self.pages = SqlPages(self._session)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await (self._session.rollback() if kind else self._session.commit())
        await self._session.close()


async def unit_of_work() -> AsyncIterator[UnitOfWork]:
    async with UnitOfWork() as work:
        yield work


async def counted() -> int:
    async with make_session() as session:
        return await SqlPages(session).count()


Work = Annotated[UnitOfWork, Depends(unit_of_work)]
router = APIRouter(prefix="/v1/pages", tags=["pages"])


@router.post("", status_code=201, response_model=PageOut)
async def create(body: PageIn, work: Work) -> Page:
    """Writes a page."""
    page = Page(**body.model_dump())
    work.pages.add(page)
    return page


@router.get("/counts")
async def counts() -> list[int]:
    """Counted twice, each time in a session of its own."""
    return list(await asyncio.gather(counted(), counted()))


@router.get("/{page_id}", response_model=PageOut)
async def read(page_id: UUID, work: Work) -> Page:
    """One page."""
    page = await work.pages.get(page_id)
    if page is None:
        raise HTTPException(404, "No such page")
    return page


@router.delete("/{page_id}", status_code=204)
async def remove(page_id: UUID, work: Work) -> None:
    """Removes a page."""
    if page := await work.pages.get(page_id):
        await work.pages.delete(page)


@router.post("/publish", status_code=204)
async def publish(work: Work, word: Annotated[str, Query(max_length=40)]) -> None:
    """Publishes pages."""
    statement = update(Page).where(Page.title.contains(word)).values(text=func.upper(Page.text))
    async with make_session.begin() as session:
        await session.execute(statement)


app = FastAPI(title="Wiki")
app.include_router(router)
