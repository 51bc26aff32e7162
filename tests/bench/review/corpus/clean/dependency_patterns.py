"""Dependencies in every allowed form."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import lru_cache
from typing import Annotated, Any

import httpx2
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Query, Request, Response, WebSocket
from fastapi.security import HTTPBasic, HTTPBasicCredentials, SecurityScopes
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

SessionLocal = sessionmaker()


class Base(DeclarativeBase):
    pass


class Part(Base):
    __tablename__ = "parts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[str]


class PartOut(BaseModel):
    id: int
    name: str


class Settings(BaseSettings):
    catalogue: str = "https://catalogue.example"


@lru_cache
def get_settings() -> Settings:
    return Settings()


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    except NoResultFound as error:
        db.rollback()
        raise HTTPException(404, "Not found") from error
    except Exception:
        db.rollback()
        raise
    finally:
        db.close()


async def get_client(request: Request) -> httpx2.AsyncClient:
    return request.app.state.client


async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


def marker() -> Iterator[int]:
    yield 1


@contextmanager
def savepoint(db: Session) -> Iterator[None]:
    nested = db.begin_nested()
    try:
        yield
    except Exception:
        nested.rollback()
        raise


def require_role(role: str) -> Callable[[Request], str]:
    def check(request: Request) -> str:
        if request.headers.get("x-role") != role:
            raise HTTPException(403, "No")
        return role

    return check


class Pages:
    """Offset and limit."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum

    def __call__(self, offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1)] = 20) -> tuple[int, int]:
        return offset, min(limit, self.maximum)


class PartRepository:
    """Rows of parts."""

    def __init__(self, db: Annotated[Session, Depends(get_db)]) -> None:
        self.db = db

    def page(self, offset: int, limit: int) -> list[Part]:
        return list(self.db.scalars(select(Part).offset(offset).limit(limit)))

    def get(self, part_id: int) -> Part:
        return self.db.get_one(Part, part_id)


def dependency_of(model: type[Base]) -> Any:
    def load(item_id: int, db: Annotated[Session, Depends(get_db)]) -> Base:
        return db.get_one(model, item_id)

    return Annotated[Base, Depends(load)]


Parts = Annotated[PartRepository, Depends()]
Window = Annotated[tuple[int, int], Depends(Pages(50))]
router = APIRouter(prefix="/v1/parts", tags=["parts"], dependencies=[Depends(require_role("mechanic"))])


@router.get("")
def parts(repository: Parts, window: Window) -> list[PartOut]:
    """Some parts."""
    return [PartOut(id=part.id, name=part.name) for part in repository.page(*window)]


@router.get("/{part_id}", response_model=PartOut)
def part(part_id: int, repository: Parts):
    """One part."""
    return repository.get(part_id)


@router.get("/{part_id}/catalogue")
async def catalogue(
    part_id: int,
    client: Annotated[httpx2.AsyncClient, Depends(get_client)],
    settings: Annotated[Settings, Depends(get_settings)],
) -> dict[str, str]:
    """Entry of the catalogue."""
    answer = await client.get(f"{settings.catalogue}/parts/{part_id}")
    answer.raise_for_status()
    return {"title": answer.json()["title"]}


@router.post("/{part_id}/count")
def count(part_id: int, response: Response, tasks: BackgroundTasks, number: int = Depends(marker)) -> int:
    """Counts."""
    tasks.add_task(print, part_id)
    response.headers["x-count"] = str(number)
    return number


def scoped(scopes: SecurityScopes, credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    return f"{credentials.username} {scopes.scope_str}" if verify(credentials) else "nobody"


def verify(credentials: HTTPBasicCredentials) -> bool:
    return bool(credentials.password)


app = FastAPI(title="Parts")
app.include_router(router)
