"""A florist: tables, models and patches that keep to themselves."""

from decimal import Decimal
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, field_validator, model_validator
from sqlalchemy import String, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from florist.db import get_session


class Base(DeclarativeBase):
    pass


class Bouquet(Base):
    """A bouquet in the database."""

    __tablename__ = "bouquets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal]
    owner_id: Mapped[int]


class BouquetIn(BaseModel):
    """A new bouquet."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80, description="Name")
    price: Decimal = Field(gt=0, description="Price")
    flowers: list[str] = []

    @field_validator("name")
    @classmethod
    def clean(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("no name")
        return value.strip()

    @model_validator(mode="after")
    def not_too_dear(self) -> Self:
        if self.price > 1000:
            raise ValueError("too dear")
        return self


class BouquetChange(BaseModel):
    """What can change."""

    name: str | None = Field(default=None, description="Name")
    price: Decimal | None = Field(default=None, description="Price")


class BouquetOut(BaseModel):
    """A bouquet."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="Number")
    name: str = Field(description="Name")


class Florist(BaseModel):
    """A florist's account."""

    email: EmailStr = Field(description="E-mail")
    password: SecretStr = Field(description="Password", exclude=True)


Db = Annotated[AsyncSession, Depends(get_session)]
SORTS = {"name": Bouquet.name, "price": Bouquet.price}
router = APIRouter(prefix="/v1/bouquets", tags=["bouquets"])


@router.get("", response_model=list[BouquetOut])
async def bouquets(
    db: Db,
    sort: str = "name",
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Any:
    """Bouquets."""
    column = SORTS.get(sort, Bouquet.name)
    return (await db.scalars(select(Bouquet).order_by(column).offset(offset).limit(limit))).all()


@router.post("", status_code=201)
async def create(bouquet: BouquetIn, db: Db) -> BouquetOut:
    """Creates a bouquet."""
    row = Bouquet(**bouquet.model_dump(exclude={"flowers"}), owner_id=1)
    db.add(row)
    await db.commit()
    await db.refresh(row)
    return BouquetOut.model_validate(row)


@router.patch("/{bouquet_id}")
async def change(bouquet_id: int, body: BouquetChange, db: Db) -> BouquetOut:
    """Changes a bouquet."""
    row = await db.get(Bouquet, bouquet_id)
    if row is None:
        raise HTTPException(404)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    await db.commit()
    return BouquetOut.model_validate(row)


@router.put("/{bouquet_id}")
async def replace(bouquet_id: int, body: BouquetIn, db: Db) -> BouquetOut:
    """Replaces a bouquet."""
    values = body.model_dump(exclude={"flowers"})
    await db.execute(update(Bouquet).where(Bouquet.id == bouquet_id).values(**values))
    await db.execute(text("UPDATE stock SET fresh = :fresh WHERE id = :id"), {"fresh": True, "id": bouquet_id})
    await db.commit()
    return BouquetOut(id=bouquet_id, name=body.name)


@router.post("/accounts", status_code=201)
async def account(florist: Florist) -> Florist:
    """Opens an account."""
    return florist


app = FastAPI()
app.include_router(router)
