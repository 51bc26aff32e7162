"""HR records: async SQLAlchemy, an authorization layer and odd decorators."""

import logging
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, TypeVar

from argon2 import PasswordHasher
from authlib.jose import JsonWebToken, jwt as authlib_jwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi_cache.decorator import cache
from pydantic import BaseModel, ConfigDict, SecretStr, model_validator
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

log = logging.getLogger(__name__)
hasher = PasswordHasher()
bearer = HTTPBearer(auto_error=False)
engine = create_async_engine("postgresql+asyncpg://hr@db/hr")
Session = async_sessionmaker(engine, expire_on_commit=False)
F = TypeVar("F", bound=Callable[..., Any])


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    salary: Mapped[int]
    ssn: Mapped[str]


class PersonOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    ssn: str


class PersonPatch(BaseModel):
    name: str | None = None
    salary: int | None = None

    @model_validator(mode="after")
    def something(self):  # expect: PYD101
        if self.name is None and self.salary is None:
            raise ValueError("nothing to change")


class Credentials(BaseModel):
    name: str
    password: SecretStr


async def session() -> AsyncIterator[AsyncSession]:
    async with Session() as opened:
        yield opened


def claims(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> dict[str, Any]:
    if credentials is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Sign in", {"WWW-Authenticate": "Bearer"})
    return authlib_jwt.decode(credentials.credentials, "key-from-vault")


def audit(function: F) -> F:
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # expect: RTE207
        log.info("call of %s", function.__name__)
        return function(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


Db = Annotated[AsyncSession, Depends(session)]
Claims = Annotated[dict[str, Any], Depends(claims)]
router = APIRouter(prefix="/v1/people", tags=["people"])


@cache(expire=60)  # expect: RTE206
@router.get("/{person_id}", response_model=PersonOut)  # expect: RSP405
async def read_person(person_id: int, db: Db, who: Claims):
    """One person."""
    person = await db.get(Person, person_id)
    if person is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Nobody")
    return person


@router.get("/{person_id}/manager", response_model=PersonOut)
@audit
async def manager(person_id: int, db: Db):
    """The manager of a person."""
    return await db.scalar(select(Person).where(Person.id == person_id))


@router.get("/", response_model=list[PersonOut])
async def everyone(db: Db, who: Claims):
    """All people."""
    rows = await db.execute(select(Person).order_by(Person.name))
    return rows.scalars().all()  # expect: RSP415


@router.patch("/{person_id}", response_model=PersonOut)
async def change(person_id: int, patch: PersonPatch, db: Db, who: Claims):
    """Changes a person."""
    await db.execute(update(Person).where(Person.id == person_id).values(**patch.model_dump()))  # expect: RSP416
    await db.commit()
    return await db.get(Person, person_id)


@router.post("/")
async def hire(request: Request, db: Db, who: Claims) -> dict[str, str]:
    """Hires somebody."""
    data = await request.json()  # expect: VAL302
    await db.execute(insert(Person).values(**data))  # expect: VAL305
    await db.commit()
    return {"status": "hired"}


@router.delete("/{person_id}", status_code=204)
async def fire(person_id: int, db: Db) -> None:  # expect: AUT705
    """Lets somebody go."""
    await db.execute(delete(Person).where(Person.id == person_id))
    await db.commit()


@router.post("/password-check")
async def password_check(body: Credentials, db: Db) -> bool:
    """Whether a password is right."""
    stored = await db.scalar(select(Person.name).where(Person.name == body.name))
    return hasher.verify(stored, body.password.get_secret_value())  # expect: ASY107


app = FastAPI(title="HR")
app.include_router(router)
