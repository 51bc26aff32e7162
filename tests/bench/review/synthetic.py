"""A made-up application of any size: domains of eight modules with six routes each, in the style of real projects.

    synthetic.py FOLDER [--domains N]

250 domains are 2,000 modules, 1,500 routes and about 300,000 lines. The code is plain and correct but for one
blocking call behind a helper and one missing time limit in every tenth domain, so that rules have something to follow.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

DOMAINS = 250
FIELDS = (
    "title",
    "summary",
    "owner",
    "status",
    "place",
    "price",
    "amount",
    "note",
    "code",
    "colour",
    "brand",
    "model",
)
ACTIONS = ("archive", "restore", "publish", "assign", "rename", "review", "merge", "split", "close", "reopen")

ROUTER = '''"""Routes of {plural}."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, status

from app.security import User, current_user
from app.{plural}.schemas import {Name}Create, {Name}Page, {Name}Read, {Name}Update
from app.{plural}.service import {Name}Service, get_service

router = APIRouter(prefix="/{plural}", tags=["{plural}"])
Service = Annotated[{Name}Service, Depends(get_service)]
Caller = Annotated[User, Depends(current_user)]


@router.get("/summary")
async def summarise(service: Service, caller: Caller) -> dict[str, int]:
    """How many there are, by status."""
    return await service.count_by_status(caller.id)


@router.get("/")
async def list_{plural}(
    service: Service,
    caller: Caller,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> {Name}Page:
    """One page of what the caller may see."""
    return await service.list_page(caller.id, offset=offset, limit=limit)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def create_{name}(new: {Name}Create, service: Service, caller: Caller) -> {Name}Read:
    """Makes one."""
    return await service.create(caller.id, new)


@router.get("/{{{name}_id}}")
async def read_{name}({name}_id: int, service: Service, caller: Caller) -> {Name}Read:
    """One of them."""
    found = await service.find(caller.id, {name}_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such {name}.")
    return found


@router.patch("/{{{name}_id}}")
async def change_{name}({name}_id: int, change: {Name}Update, service: Service, caller: Caller) -> {Name}Read:
    """Changes what was sent and leaves the rest."""
    changed = await service.change(caller.id, {name}_id, change)
    if changed is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such {name}.")
    return changed


@router.delete("/{{{name}_id}}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_{name}({name}_id: int, service: Service, caller: Caller) -> None:
    """Takes one away."""
    if not await service.remove(caller.id, {name}_id):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such {name}.")
'''

SCHEMAS = '''"""What goes in and comes out of the routes of {plural}."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class {Name}Base(BaseModel):
    """What every form has."""

{fields}


class {Name}Create({Name}Base):
    """What a new one needs."""


class {Name}Update(BaseModel):
    """What may change."""

{optional}


class {Name}Read({Name}Base):
    """What is shown."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
    total: Decimal = Field(default=Decimal(0), ge=0)


class {Name}Page(BaseModel):
    """Some of them, and how many there are."""

    items: list[{Name}Read]
    total: int
'''

TABLE = '''"""The table of {plural}."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class {Name}(Base):
    """One row."""

    __tablename__ = "{plural}"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))
    version: Mapped[int] = mapped_column(Integer, default=1)
{columns}
'''

REPOSITORY = '''"""Queries of {plural}."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.{plural}.table import {Name}


class {Name}Repository:
    """Reads and writes rows of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: int, row_id: int) -> {Name} | None:
        """One row of a user's."""
        found = await self._session.execute(select({Name}).where({Name}.id == row_id, {Name}.user_id == user_id))
        return found.scalar_one_or_none()

    async def page(self, user_id: int, offset: int, limit: int) -> Sequence[{Name}]:
        """Some rows in order."""
        query = select({Name}).where({Name}.user_id == user_id).order_by({Name}.id).offset(offset).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count(self, user_id: int) -> int:
        """How many rows a user has."""
        query = select(func.count()).select_from({Name}).where({Name}.user_id == user_id)
        return int((await self._session.execute(query)).scalar_one())

    async def add(self, row: {Name}) -> {Name}:
        """Adds a row."""
        self._session.add(row)
        await self._session.commit()
        await self._session.refresh(row)
        return row

    async def delete(self, row: {Name}) -> None:
        """Removes a row."""
        await self._session.delete(row)
        await self._session.commit()
{methods}'''

FINDER = '''
    async def find_by_{field}(self, user_id: int, {field}: str, *, limit: int = 50) -> Sequence[{Name}]:
        """Rows with this {field}, newest first."""
        query = (
            select({Name})
            .where({Name}.user_id == user_id, {Name}.{field} == {field})
            .order_by({Name}.created_at.desc())
            .limit(limit)
        )
        rows = (await self._session.scalars(query)).all()
        return [row for row in rows if row.version > 0]
'''

SERVICE = '''"""What can be done with {plural}."""

from collections import Counter
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session
from app.{plural}.client import {Name}Client, get_client
from app.{plural}.repository import {Name}Repository
from app.{plural}.schemas import {Name}Create, {Name}Page, {Name}Read, {Name}Update
from app.{plural}.table import {Name}


class {Name}Service:
    """Stands between routes and rows."""

    def __init__(self, repository: {Name}Repository, client: {Name}Client) -> None:
        self._repository = repository
        self._client = client

    async def count_by_status(self, user_id: int) -> dict[str, int]:
        """How many there are of each status."""
        rows = await self._repository.page(user_id, 0, 1000)
        return dict(Counter(row.status for row in rows))

    async def list_page(self, user_id: int, *, offset: int, limit: int) -> {Name}Page:
        """One page."""
        rows = await self._repository.page(user_id, offset, limit)
        total = await self._repository.count(user_id)
        return {Name}Page(items=[{Name}Read.model_validate(row) for row in rows], total=total)

    async def create(self, user_id: int, new: {Name}Create) -> {Name}Read:
        """Makes one and tells the partner."""
        row = await self._repository.add({Name}(user_id=user_id, **new.model_dump()))
        await self._client.announce(row.id, row.title)
        return {Name}Read.model_validate(row)

    async def find(self, user_id: int, row_id: int) -> {Name}Read | None:
        """One, if it is there."""
        row = await self._repository.get(user_id, row_id)
        return {Name}Read.model_validate(row) if row else None

    async def change(self, user_id: int, row_id: int, change: {Name}Update) -> {Name}Read | None:
        """Changes one, if it is there."""
        row = await self._repository.get(user_id, row_id)
        if row is None:
            return None
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(row, name, value)
        row.version += 1
        return {Name}Read.model_validate(await self._repository.add(row))

    async def remove(self, user_id: int, row_id: int) -> bool:
        """Takes one away; says whether there was one."""
        row = await self._repository.get(user_id, row_id)
        if row is None:
            return False
        await self._repository.delete(row)
        return True
{methods}

def get_service(
    session: Annotated[AsyncSession, Depends(get_session)],
    client: Annotated[{Name}Client, Depends(get_client)],
) -> {Name}Service:
    """The service of a request."""
    return {Name}Service({Name}Repository(session), client)
'''

ACTION = '''
    async def {action}(self, user_id: int, row_id: int, reason: str = "") -> {Name}Read | None:
        """Does it once, and notes why."""
        row = await self._repository.get(user_id, row_id)
        if row is None or row.status == "{action}":
            return None
        before = row.status
        row.status = "{action}"
        row.note = f"{{before}} -> {action}: {{reason.strip() or 'no reason given'}}"
        if before in {{"closed", "archived"}} and not reason:
            row.note += " (again)"
        elif len(row.note) > 200:
            row.note = row.note[:197] + "..."
        saved = await self._repository.add(row)
        return {Name}Read.model_validate(saved)
'''

CLIENT = '''"""The partner that wants to know of {plural}."""

import httpx
{blocking_import}
from fastapi import Request


class {Name}Client:
    """Speaks to the partner over the client of the application."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def announce(self, row_id: int, title: str) -> None:
        """Says that there is one more."""
{announce}
{methods}

def get_client(request: Request) -> {Name}Client:
    """The client of a request."""
    return {Name}Client(request.app.state.http)
'''

ANNOUNCE = """        answer = await self._client.post("/{plural}", json={{"id": row_id, "title": title}}, timeout=5)
        answer.raise_for_status()
"""

BLOCKING = """        self._wait()
        answer = await self._client.post("/{plural}", json={{"id": row_id, "title": title}}, timeout=None)
        answer.raise_for_status()

    def _wait(self) -> None:
        time.sleep(0.1)
"""

CALL = '''
    async def fetch_{field}(self, row_id: int, *, tries: int = 3) -> dict[str, str]:
        """The partner's {field} of one, asked a few times."""
        last: Exception | None = None
        for attempt in range(tries):
            try:
                answer = await self._client.get(f"/{plural}/{{row_id}}/{field}", timeout=5)
                answer.raise_for_status()
            except httpx.HTTPStatusError as error:
                if error.response.status_code == 404:
                    return {{}}
                last = error
            except httpx.TransportError as error:
                last = error
            else:
                return {{str(key): str(value) for key, value in answer.json().items()}}
        raise RuntimeError(f"{field} of {name} {{row_id}} was not to be had in {{attempt + 1}} tries") from last
'''

RULES = '''"""Decisions about {plural} that need no request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, and why."""

    is_allowed: bool
    reasons: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)

{functions}'''

RULE = '''
def judge_{field}(values: Iterable[Mapping[str, object]], now: datetime | None = None) -> Verdict:
    """Whether the {field} of all values may stand."""
    now = now or datetime.now(UTC)
    reasons: list[str] = []
    weights: dict[str, float] = {{}}
    for number, value in enumerate(values):
        text = str(value.get("{field}", "")).strip()
        if not text:
            reasons.append(f"value {{number}} has no {field}")
            continue
        if len(text) > 80 or text.startswith("-"):
            reasons.append(f"value {{number}} has an odd {field}: {{text[:20]!r}}")
        made = value.get("created_at")
        if isinstance(made, datetime) and now - made > timedelta(days=365):
            weights[text] = weights.get(text, 0.0) * 0.5
        else:
            weights[text] = weights.get(text, 0.0) + 1.0 / (number + 1)
    return Verdict(not reasons, tuple(reasons), weights)

'''

TASKS = '''"""What is done for {plural} after the answer."""

import asyncio
import logging

from app.{plural}.rules import {judges}

logger = logging.getLogger(__name__)

{functions}'''

TASK = '''
async def refresh_{field}(rows: list[dict[str, object]]) -> int:
    """Judges rows in portions, so that others get their turn."""
    done = 0
    for start in range(0, len(rows), 100):
        portion = rows[start : start + 100]
        verdict = judge_{field}(portion)
        if not verdict.is_allowed:
            logger.warning("%s of %s rows: %s", len(verdict.reasons), len(portion), "; ".join(verdict.reasons[:3]))
        done += len(portion) - len(verdict.reasons)
        await asyncio.sleep(0)
    return done

'''

MAIN = '''"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

{imports}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens and closes what all requests share."""
    async with httpx.AsyncClient(base_url="https://partner.example.com", timeout=10) as client:
        app.state.http = client
        yield


app = FastAPI(title="Large", lifespan=lifespan)
{includes}
'''

DATABASE = '''"""The database."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

engine = create_async_engine("postgresql+asyncpg://localhost/large", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """What all tables share."""


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with sessions() as session:
        yield session
'''

SECURITY = '''"""Who asks."""

from typing import Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

bearer = HTTPBearer()


class User(BaseModel):
    """Somebody who signed in."""

    id: int
    name: str


async def current_user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> User:
    """The caller, by the token that was sent."""
    if not credentials.credentials.isalnum():
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "The token is not valid.")
    return User(id=len(credentials.credentials), name=credentials.credentials)
'''


def modules(number: int) -> Iterator[tuple[str, str]]:
    """The modules of one domain by their names."""
    name = f"thing{number:03}"
    words = {"name": name, "plural": f"{name}s", "Name": name.capitalize()}

    def fill(template: str, **more: str) -> str:
        return template.format(**words, **more)

    def each(template: str, parts: tuple[str, ...], word: str) -> str:
        return "".join(fill(template, **{word: part}) for part in parts)

    is_faulty = number % 10 == 0
    yield "__init__", fill('"""Everything about {plural}."""\n')
    yield "router", fill(ROUTER)
    yield (
        "schemas",
        fill(
            SCHEMAS,
            fields="\n".join(f"    {field}: str = Field(max_length=200)" for field in FIELDS),
            optional="\n".join(
                f"    {field}: str | None = Field(default=None, max_length=200)" for field in FIELDS
            ),
        ),
    )
    columns = "\n".join(f"    {field}: Mapped[str] = mapped_column(String(200))" for field in FIELDS)
    yield "table", fill(TABLE, columns=columns)
    yield "repository", fill(REPOSITORY, methods=each(FINDER, FIELDS, "field"))
    yield "service", fill(SERVICE, methods=each(ACTION, ACTIONS, "action"))
    yield (
        "client",
        fill(
            CLIENT,
            blocking_import="import time" if is_faulty else "",
            announce=fill(BLOCKING if is_faulty else ANNOUNCE),
            methods=each(CALL, FIELDS, "field"),
        ),
    )
    yield "rules", fill(RULES, functions=each(RULE, FIELDS, "field"))
    judges = ", ".join(f"judge_{field}" for field in FIELDS)
    yield "tasks", fill(TASKS, judges=judges, functions=each(TASK, FIELDS, "field"))


def lay_out(folder: Path, domains: int = DOMAINS) -> None:
    """Writes the application into the folder."""
    app = folder / "app"
    app.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "large"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["fastapi>=0.115", "sqlalchemy>=2", "httpx", "asyncpg"]\n',
        "utf-8",
    )
    names = [f"thing{number:03}s" for number in range(domains)]
    shared = {
        "__init__": '"""A large application."""\n',
        "database": DATABASE,
        "security": SECURITY,
        "main": MAIN.format(
            imports="\n".join(f"from app.{name}.router import router as {name}" for name in names),
            includes="\n".join(f"app.include_router({name})" for name in names),
        ),
    }
    for name, text in shared.items():
        (app / f"{name}.py").write_text(text, "utf-8")
    for number, name in enumerate(names):
        place = app / name
        place.mkdir()
        for module, text in modules(number):
            (place / f"{module}.py").write_text(text, "utf-8")


def main() -> None:
    """Writes the application where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--domains", type=int, default=DOMAINS)
    given = parser.parse_args()
    lay_out(given.folder, given.domains)


if __name__ == "__main__":
    main()
