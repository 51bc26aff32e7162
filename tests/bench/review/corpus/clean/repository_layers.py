"""Layers, generics and names that mislead."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

SessionLocal = sessionmaker()
SORTABLE = {"name": "name", "price": "price_cents"}


class Base(DeclarativeBase):
    pass


class Wine(Base):
    __tablename__ = "wines"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    cellar_note: Mapped[Optional[str]]


class WineIn(BaseModel):
    name: str = Field(max_length=80)
    price_cents: int = Field(ge=0)


class WinePatch(BaseModel):
    name: str | None = None
    price_cents: int | None = None


class WineOut(WineIn):
    model_config = ConfigDict(from_attributes=True)
    id: int


M = TypeVar("M", bound=Base)


class Repository(Generic[M]):
    """Rows of one table."""

    model: type[M]

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, key: int) -> M | None:
        return self.session.get(self.model, key)

    def list(self, *, offset: int, limit: int) -> Sequence[M]:
        return self.session.scalars(select(self.model).offset(offset).limit(limit)).all()

    def update(self, row: M, values: dict[str, Any]) -> M:
        for key, value in values.items():
            setattr(row, key, value)
        self.session.flush()
        return row


class Wines(Repository[Wine]):
    """Wines."""

    model = Wine

    def sorted_names(self, by: str, limit: int) -> list[str]:
        column = SORTABLE.get(by, "name")
        return list(self.session.scalars(text(f"SELECT name FROM wines ORDER BY {column} LIMIT :n"), {"n": limit}))

    def raise_prices(self, percent: int) -> None:
        self.session.execute(update(Wine).values(price_cents=Wine.price_cents * (100 + percent) / 100))


def get_session() -> Iterator[Session]:
    with SessionLocal.begin() as session:
        yield session


def get_wines(session: Annotated[Session, Depends(get_session)]) -> Wines:
    return Wines(session)


def existing(wine_id: Annotated[int, Path(ge=1)], wines: Annotated[Wines, Depends(get_wines)]) -> Wine:
    wine = wines.get(wine_id)
    if wine is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such wine")
    return wine


WinesDep = Annotated[Wines, Depends(get_wines)]
Existing = Annotated[Wine, Depends(existing)]
router = APIRouter(prefix="/v1/wines", tags=["wines"])


@router.get("/", response_model=list[WineOut])
def wines(
    repository: WinesDep,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(gt=0, le=100)] = 20,
):
    """Some wines."""
    return repository.list(offset=skip, limit=limit)


@router.get("/names")
def names(repository: WinesDep, by: Literal["name", "price"] = "name") -> list[str]:
    """Names in order."""
    return repository.sorted_names(by, 100)


@router.get("/{wine_id}", response_model=WineOut)
def wine(found: Existing):
    """One wine."""
    return found


@router.get("/{wine_id}/summary")
def summary(found: Existing):
    """One wine in words."""
    return {"text": f"{found.name} for {found.price_cents / 100:.2f}"}


@router.patch("/{wine_id}", response_model=WineOut)
def change(found: Existing, patch: WinePatch, repository: WinesDep):
    """Changes a wine."""
    values = patch.model_dump(exclude_unset=True)
    if not values:
        return found
    return repository.update(found, values)


@router.put("/{wine_id}", response_model=WineOut)
def replace(found: Existing, body: WineIn, repository: WinesDep):
    """Replaces a wine."""
    return repository.update(found, body.model_dump())


@router.get("/{wine_id}/count")
def count(found: Existing, session: Annotated[Session, Depends(get_session)]):
    """How many are called so."""
    return session.scalar(select(func.count()).select_from(Wine).where(Wine.name == found.name))


@router.head("/{wine_id}", status_code=204)
def exists(found: Existing) -> Response:
    """Whether it is there."""
    return Response(status_code=204, headers={"etag": str(found.id)})


app = FastAPI(title="Wines")
app.include_router(router)
