"""A gate that looks as if it let anybody through, and does not."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Generic, Protocol, TypeVar

import jwt
from fastapi import (
    BackgroundTasks,
    Depends,
    FastAPI,
    Header,
    HTTPException,
    Query,
    WebSocket,
    WebSocketException,
    status,
)
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer
from pwdlib import PasswordHash
from pydantic import BaseModel, Field, RootModel
from pydantic_settings import BaseSettings

T = TypeVar("T")


class Settings(BaseSettings):
    signing: str


settings = Settings()
bearer = HTTPBearer(auto_error=False)
tokens = OAuth2PasswordBearer("/token")  # ok: answers 401 itself
hashing = PasswordHash.recommended()
app = FastAPI(title="Gate")


class Opens(Protocol):
    def open(self, door: int) -> bool: ...  # ok: a protocol


class Badge(BaseModel):
    """Who somebody is."""

    name: str = Field(description="As on the card")  # ok: required without dots
    doors: tuple[int, ...] = ()  # ok: a type
    role: str = "guest"


class Page(BaseModel, Generic[T]):  # ok: generic as Pydantic 2 has it
    """Some of a list."""

    items: list[T]


class Doors(RootModel[list[int]]):  # ok
    """A list of doors."""


class Ledger:
    """What notes who comes and goes."""

    def lines(self) -> Iterator[str]:
        yield "in"

    def close(self) -> None:
        return None

    def name(self) -> str:
        return "ledger"


def open_ledger() -> Iterator[Ledger]:
    ledger = Ledger()
    try:
        yield ledger
    finally:
        ledger.close()


Lasting = Annotated[Ledger, Depends(open_ledger, scope="request")]
Quick = Annotated[Ledger, Depends(open_ledger, scope="function")]


def who(
    card: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> str:  # ok: None is looked for
    if card is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    claims = jwt.decode(card.credentials, settings.signing, algorithms=["HS256"])
    return str(claims["sub"])


@app.get("/me", response_model=str)
async def me(token: Annotated[str, Depends(tokens)]) -> str:
    """Who is asking."""
    claims = jwt.decode(token, settings.signing, algorithms=["HS256"])
    return str(claims["sub"])


@app.post("/badges")
def make_badge(badge: Badge, by: Annotated[str, Depends(who)]) -> str:
    """A badge for somebody."""
    if not by:
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT)  # ok: the new name
    claims = {"sub": badge.name, "role": badge.role, "exp": dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)}
    return jwt.encode(claims, settings.signing, algorithm="HS256")  # ok: nothing secret in it


@app.get("/doors")
def list_doors(first: Annotated[int, Query(ge=0)]) -> list[int]:  # ok: required without dots
    """Some doors."""
    return [first]


async def _holder(socket: WebSocket, token: Annotated[str, Query()]) -> str:
    try:
        return str(jwt.decode(token, settings.signing, algorithms=["HS256"])["sub"])
    except jwt.InvalidTokenError:
        raise WebSocketException(status.WS_1008_POLICY_VIOLATION) from None


@app.websocket("/doors/{door}/watch")
async def watch(
    socket: WebSocket, door: int, holder: Annotated[str, Depends(_holder)]
) -> None:  # ok: a token
    """Says when a door opens."""
    await socket.accept()
    await socket.send_text(f"{door} for {len(holder)}")
    await socket.close()


@app.post("/doors/{door}/open")
def open_door(
    door: int, x_badge: Annotated[str, Header()], by: Annotated[str, Depends(who)]
) -> str:  # ok: a header
    """Opens a door."""
    return f"{door} for {len(by)} {len(x_badge)}"


@app.get("/ledger")
def read_ledger(ledger: Lasting) -> StreamingResponse:
    """Everything in it."""

    def lines() -> Iterator[str]:
        for line in ledger.lines():
            yield f"{line}\n"

    return StreamingResponse(lines(), media_type="text/plain")  # ok: open until the response is sent


def _note(name: str, text: str) -> None:
    print(len(name), len(text))


@app.post("/ledger", status_code=202)
def note(text: Badge, ledger: Quick, by: Annotated[str, Depends(who)], tasks: BackgroundTasks) -> None:
    """Notes something later."""
    tasks.add_task(_note, ledger.name(), f"{by}: {text.name}")  # ok: read before the function returned


def is_right(password: str, known: str) -> bool:
    """Whether it is the password."""
    return hashing.verify(password, known)
