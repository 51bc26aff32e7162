"""Factories, overrides and contexts that resemble faults in dependencies."""

import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

bearer = HTTPBearer()
rate_cache: dict[str, float] = {}
registry: dict[str, type] = defaultdict(type)


class TokenSession(BaseModel):
    """Data, though its name ends like a resource."""

    user: str = Field(description="Who it belongs to.", examples=["ada"])


class NotAService(Exception):
    """An exception is no collaborator."""


class Report:
    def __init__(self, rows: list[int]) -> None:
        self.rows = rows


class AuditService:
    def __init__(self, request: Request) -> None:
        self.request = request

    def log(self, text: str) -> None:
        self.request.state.audit = text


def check_token(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    if credentials.credentials != "let-me-in":
        raise HTTPException(401)
    return credentials.credentials


def paginated(limit: int) -> Callable[..., int]:
    def page(size: Annotated[int, Query(ge=1)] = limit) -> int:
        return min(size, limit)

    return page


def guarded(*scopes: str) -> Any:
    return Security(check_token, scopes=list(scopes))


def make_session_dependency(maker: sessionmaker[Session]) -> Callable[[], Iterator[Session]]:
    def get_session() -> Iterator[Session]:
        with maker() as session, session.begin():
            yield session

    return get_session


get_session = make_session_dependency(sessionmaker())


@asynccontextmanager
async def opened(maker: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    session = maker()
    try:
        yield session
    finally:
        await session.close()


async def get_async_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(opened(request.app.state.maker))


def get_connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection
        connection.commit()


def user(token: Annotated[str, Depends(check_token)], name: Annotated[str, Query()] = "ada") -> str:
    return f"{name}:{token}"


router = APIRouter(dependencies=[guarded("read")])


@router.get("/me")
def me(request: Request, token: Annotated[str, Depends(check_token)]) -> TokenSession:
    """Who is asking."""
    current = user(token)
    made = user(token=token, name="bob")
    rows: list[int] = []
    rows.append(len(current + made))
    request.state.rows = rows
    rate_cache[current] = 1.0
    Report(rows)
    return TokenSession(user=current)


@router.get("/audit")
def audit(service: Annotated[AuditService, Depends()], size: Annotated[int, Depends(paginated(50))]) -> int:
    """Logs and pages."""
    service.log("read")
    if size > 50:
        raise NotAService
    return size


@router.get("/rows")
def rows(
    connection: Annotated[sqlite3.Connection, Depends(get_connection)],
    session: Annotated[Session, Depends(get_session)],
    other: Annotated[AsyncSession, Depends(get_async_session)],
) -> int:
    """Counts."""
    return connection.total_changes + len(session.new) + len(other.new)


def build(*, with_docs: bool = True) -> FastAPI:
    app = FastAPI(docs_url="/docs" if with_docs else None)
    app.include_router(router)
    app.dependency_overrides[get_session] = partial(sessionmaker())
    return app
