"""Logistics: unit of work, services and thin routers."""

from __future__ import annotations

import abc
import csv
import io
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Generic, Optional, TypeVar
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Path, Query, Response, UploadFile, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

log = logging.getLogger(__name__)
engine: AsyncEngine = create_async_engine("mysql+pymysql://logistics@db/logistics")  # expect: DBS201
session_factory = async_sessionmaker(engine, expire_on_commit=False)
T = TypeVar("T")


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    carrier: Mapped[str]
    weight: Mapped[int]
    internal_cost: Mapped[int] = mapped_column(default=0)


class ParcelIn(BaseModel):
    carrier: str
    weight: int = Field(gt=0)
    fragile: Optional[bool]  # expect: VAL303

    @field_validator("carrier")
    @classmethod
    def known_carrier(cls, value: str) -> str:  # expect: PYD101
        if value.lower() not in {"dhl", "ups"}:
            raise ValueError("unknown carrier")


class ParcelUpdate(BaseModel):
    carrier: str | None = None
    weight: int | None = None


class ParcelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: UUID
    carrier: str
    weight: int


class Page(BaseModel, Generic[T]):
    items: Sequence[T]
    total: int


class AbstractRepository(abc.ABC):
    """Parcels somewhere."""

    @abc.abstractmethod
    async def get(self, parcel_id: UUID) -> Parcel | None: ...


class SqlRepository(AbstractRepository):
    """Parcels in the database."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, parcel_id: UUID) -> Parcel | None:
        return await self.session.get(Parcel, parcel_id)

    async def add(self, parcel: Parcel) -> None:
        self.session.add(parcel)
        self.session.flush()  # expect: ASY110

    async def update(self, parcel: Parcel, changes: ParcelUpdate) -> Parcel:
        for name, value in changes.model_dump().items():  # expect: RSP416
            setattr(parcel, name, value)
        return parcel

    async def page(self, offset: int, limit: int) -> list[Parcel]:
        return list((await self.session.scalars(select(Parcel).offset(offset).limit(limit))).all())


async def get_session() -> AsyncIterator[AsyncSession]:
    async with session_factory() as session:
        try:
            yield session
            await session.commit()
        except Exception as exc:  # expect: DIN507
            log.error("rolled back because of %s", exc)
            await session.rollback()


def get_repository(session: Annotated[AsyncSession, Depends(get_session)]) -> SqlRepository:
    return SqlRepository(session)


Repository = Annotated[SqlRepository, Depends(get_repository)]
router = APIRouter(prefix="/parcels", tags=["parcels"])


@router.get("", response_model=Page[ParcelOut])
async def page(repository: Repository, skip: int = 0, limit: Annotated[int, Query(le=100)] = 20) -> dict:  # expect: VAL304
    """Parcels by page."""
    rows = await repository.page(skip, limit)
    return {"items": rows, "total": len(rows)}


@router.get("/{parcel_id}/raw")
async def raw(parcel_id: UUID, repository: Repository):
    """The whole row."""
    parcel = await repository.get(parcel_id)
    if parcel is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return parcel  # expect: RSP404


@router.post("", response_model=ParcelOut, status_code=201)
async def create(parcel: ParcelIn, label: UploadFile, repository: Repository):  # expect: RTE216
    """Adds a parcel with its label."""
    content = await label.read()  # expect: SEC619
    row = Parcel(**parcel.model_dump(exclude={"fragile"}))
    await repository.add(row)
    threading.Thread(target=log.info, args=("label of %d bytes", len(content))).start()  # expect: BGT901
    return row


@router.patch("/{parcel_id}", response_model=ParcelOut)
async def change(parcel_id: UUID, changes: ParcelUpdate, repository: Repository):
    """Changes a parcel."""
    parcel = await repository.get(parcel_id)
    if parcel is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return await repository.update(parcel, changes)


@router.get("/{parcel_id}/track/{leg}")  # expect: RTE201
async def track(parcel_id: UUID, repository: Repository) -> RedirectResponse:
    """Sends the client to the carrier."""
    return RedirectResponse(f"https://track.example/{parcel_id}")


@router.delete("/{parcel_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete(parcel_id: UUID, response: Response) -> dict[str, bool]:  # expect: RSP407
    """Deletes a parcel."""
    return {"deleted": True}


app = FastAPI(title="Logistics")
app.include_router(router, prefix="/v1")
