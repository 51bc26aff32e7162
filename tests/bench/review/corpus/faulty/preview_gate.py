"""A gate and its desk: credentials that are absent, claims that say too much, doors without a guard."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Generic, TypeVar

import jwt
import starlette.status as http
from fastapi import BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, HTTPException, Query, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer
from jose import jws  # expect: AUT712
from passlib import hash as hashes  # expect: AUT712
from pydantic import BaseModel, Field
from pydantic.generics import GenericModel
from pydantic_settings import BaseSettings

T = TypeVar("T")


class Settings(BaseSettings):
    signing: str


settings = Settings()
bearer = HTTPBearer(auto_error=False)
tokens = OAuth2PasswordBearer("/token", auto_error=False)
app = FastAPI(title="Gate")


class Badge(BaseModel):
    """Who somebody is."""

    name: str = Field(..., description="As on the card")  # expect: UPG613
    door: int = Field(default=..., ge=1)  # expect: UPG613
    pin_hash: str = ""
    card_number: str = ""


class Page(GenericModel, Generic[T]):  # expect: UPG612
    """Some of a list."""

    items: list[T]


class Doors(BaseModel):
    """A list of doors."""

    __root__: list[int]  # expect: UPG612


class Ledger:
    """What notes who comes and goes."""

    def lines(self) -> Iterator[str]:
        yield "in"

    def close(self) -> None:
        return None

    def note(self, text: str) -> None:
        print(len(text))


def open_ledger() -> Iterator[Ledger]:
    ledger = Ledger()
    try:
        yield ledger
    finally:
        ledger.close()


Quick = Annotated[Ledger, Depends(open_ledger, scope="function")]


def who(card: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:  # expect: AUT707
    return card.credentials


@app.get("/me", response_model=str)
async def me(token: Annotated[str, Depends(tokens)]) -> str:  # expect: AUT707
    """Who is asking."""
    claims = jwt.decode(token, settings.signing, algorithms=["HS256"])
    return str(claims["sub"])


def _claims(badge: Badge) -> dict[str, object]:
    claims: dict[str, object] = {"sub": badge.name, "exp": dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)}
    claims["card_number"] = badge.card_number  # expect: AUT709
    return claims


@app.post("/badges")
def make_badge(badge: Badge, by: Annotated[str, Depends(who)]) -> str:
    """A badge for somebody."""
    if not by:
        raise HTTPException(http.HTTP_422_UNPROCESSABLE_ENTITY)  # expect: UPG615
    return jwt.encode(_claims(badge), settings.signing, algorithm="HS256")


@app.post("/photos")
def add_photo(size: Annotated[int, Header(...)], by: Annotated[str, Depends(who)]) -> int:  # expect: UPG613
    """A photo for a badge."""
    if size > 10_000:
        raise HTTPException(status_code=http.HTTP_413_REQUEST_ENTITY_TOO_LARGE)  # expect: UPG615
    return len(by)


@app.get("/doors")
def list_doors(first: int = Query(default=..., ge=0)) -> list[int]:  # expect: UPG613
    """Some doors."""
    return [first]


@app.websocket("/doors/{door}/watch")
async def watch(socket: WebSocket, door: int) -> None:  # expect: AUT710
    """Says when a door opens."""
    await socket.accept()
    await socket.send_text(str(door))
    await socket.close()


def visitor(session_id: Annotated[str | None, Cookie()] = None) -> str:
    """Who is calling, by the cookie."""
    if session_id is None:
        raise HTTPException(401)
    return session_id


@app.post("/doors/{door}/open")
def open_door(door: int, user: Annotated[str, Depends(visitor)]) -> str:  # expect: AUT711
    """Opens a door."""
    return f"{door} for {len(user)}"


@app.get("/ledger")
def read_ledger(ledger: Quick) -> StreamingResponse:
    """Everything in it."""

    def lines() -> Iterator[str]:
        for line in ledger.lines():
            yield f"{line}\n"

    return StreamingResponse(lines(), media_type="text/plain")  # expect: DIN513


@app.post("/ledger", status_code=202)
def note(
    text: Annotated[str, Body()], ledger: Quick, by: Annotated[str, Depends(who)], tasks: BackgroundTasks
) -> None:
    """Notes something later."""
    tasks.add_task(ledger.note, f"{by}: {text}")  # expect: DIN513, BGT903


def verify(signed: str) -> bytes:
    """What was signed."""
    return jws.verify(signed, settings.signing, "HS256")


def is_right(password: str, known: str) -> bool:
    """Whether it is the password."""
    return hashes.argon2.verify(password, known)
