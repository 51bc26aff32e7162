"""A gate that verifies what it reads, and whose open routes are open on purpose."""

from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Security, status
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordRequestForm
from jwt import PyJWKClient
from pydantic import BaseModel
from pydantic_settings import BaseSettings

bearer = HTTPBearer()
machine_key = APIKeyHeader(name="X-Machine")


class Settings(BaseSettings):
    key: str
    machines: set[str] = set()
    algorithms: list[str] = ["RS256"]
    jwks: str


settings = Settings()
keys = PyJWKClient(settings.jwks)


class Note(BaseModel):
    id: int
    owner: str
    text: str


class Notes:
    """The notes of everybody, kept elsewhere."""

    def __init__(self, request: Request) -> None:
        self.rows = request.app.state.notes

    def get(self, note_id: int) -> Note | None:
        return self.rows.get(note_id)

    def put(self, note: Note) -> Note:
        return self.rows.put(note)


def decode(token: str) -> dict[str, str]:
    header = jwt.get_unverified_header(token)
    issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    if issuer is None or "kid" not in header:
        raise jwt.InvalidTokenError("no issuer")
    return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=settings.algorithms)


def lasting(claims: dict[str, object]) -> dict[str, object]:
    return {**claims, "exp": datetime.now(timezone.utc) + timedelta(minutes=10)}


def make_access_token(subject: str, **extra: object) -> str:
    return jwt.encode(lasting({"sub": subject, **extra}), settings.key, algorithm="HS256")


def make_refresh_token(subject: str) -> str:
    claims: dict[str, object] = {"sub": subject}
    claims |= {"exp": datetime.now(timezone.utc) + timedelta(days=7)}
    return jwt.encode(claims, settings.key, algorithm="HS256")


def sign_receipt(number: int) -> str:
    return jwt.encode({"receipt": number}, settings.key, algorithm="HS256")


def current_user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    try:
        return str(decode(credentials.credentials)["sub"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED) from error


def machine(key: Annotated[str, Security(machine_key)]) -> str:
    if key not in settings.machines:
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    return key


def require_admin(user: Annotated[str, Depends(current_user)]) -> str:
    if user != "root":
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    return user


def own_note(note_id: int, user: Annotated[str, Depends(current_user)], notes: Annotated[Notes, Depends()]) -> Note:
    note = notes.get(note_id)
    if note is None or note.owner != user:
        raise HTTPException(404)
    return note


CurrentUser = Annotated[str, Depends(current_user)]
auth = APIRouter(prefix="/auth")
notes = APIRouter(prefix="/notes", dependencies=[Depends(current_user)])
machines = APIRouter(prefix="/machines")


@auth.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    return {"access_token": make_access_token(form.username, kind="user"), "token_type": "bearer"}


@auth.get("/who")
def who(user: CurrentUser) -> dict[str, str]:
    return {"user": user, "refresh": make_refresh_token(user), "receipt": sign_receipt(1)}


@notes.get("/{note_id}")
def read_note(note: Annotated[Note, Depends(own_note)]) -> Note:
    return note


@notes.put("/{note_id}")
def change_note(note_id: int, text: str, user: CurrentUser, notes: Annotated[Notes, Depends()]) -> Note:
    note = notes.get(note_id)
    if note is None or note.owner != user:
        raise HTTPException(404)
    return notes.put(Note(id=note_id, owner=user, text=text))


@notes.delete("/{note_id}", dependencies=[Depends(require_admin)], status_code=204)
def drop_note(note_id: int, notes: Annotated[Notes, Depends()]) -> None:
    notes.rows.remove(note_id)


@machines.post("/beat")
def beat(name: Annotated[str, Depends(machine)]) -> str:
    return name


@machines.post("/webhook")
async def webhook(request: Request) -> bool:
    return request.headers.get("x-source") == "plant"


@machines.get("/{name}", dependencies=[Security(machine_key), Depends(machine)])
def read_machine(name: str) -> str:
    return name


app = FastAPI()
for part in (auth, notes, machines):
    app.include_router(part)
