"""A gate with tokens that anybody can make and routes that somebody forgot."""

from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt as pyjwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer
from jose import jwt as jose_jwt
from pydantic import BaseModel
from pydantic_settings import BaseSettings

bearer = HTTPBearer()
oauth2 = OAuth2PasswordBearer(tokenUrl="/gate/login")
device_key = APIKeyHeader(name="X-Device")


class Settings(BaseSettings):
    signing_key: str
    algorithm: str = "HS256"


settings = Settings()


class Note(BaseModel):
    id: int
    text: str


NOTES: dict[int, Note] = {}


def claims_of(token: str) -> dict[str, str]:
    return pyjwt.decode(token, options={"verify_signature": False})  # expect: AUT701


def device_claims(token: str) -> dict[str, str]:
    return dict(jose_jwt.get_unverified_claims(token))  # expect: AUT701


def loose(token: str) -> dict[str, str]:
    return pyjwt.decode(token, settings.signing_key, algorithms=["HS256", "none"])  # expect: AUT702


def by_header(token: str) -> dict[str, str]:
    header = pyjwt.get_unverified_header(token)
    return pyjwt.decode(token, settings.signing_key, algorithms=[header["alg"]])  # expect: AUT702


def old_style(token: str) -> dict[str, str]:
    return dict(jose_jwt.decode(token, settings.signing_key))  # expect: AUT702


def make_access_token(data: dict[str, str]) -> str:
    payload = dict(data)
    payload["iat"] = datetime.now(timezone.utc).isoformat()
    return pyjwt.encode(payload, settings.signing_key, algorithm=settings.algorithm)  # expect: AUT703


def device_token(device: str) -> str:
    return jose_jwt.encode({"sub": device, "kind": "device"}, settings.signing_key)  # expect: AUT703


def short_token(user: str) -> str:
    until = datetime.now(timezone.utc) + timedelta(minutes=5)
    return pyjwt.encode({"sub": user, "exp": until}, settings.signing_key)  # ok: it expires


async def current_user(token: Annotated[str, Depends(oauth2)]) -> str:
    try:
        claims = pyjwt.decode(token, settings.signing_key, algorithms=[settings.algorithm])
    except pyjwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


CurrentUser = Annotated[str, Depends(current_user)]
notes = APIRouter(prefix="/notes")
gate = APIRouter(prefix="/gate")


@gate.post("/login")
def login(name: str) -> dict[str, str]:
    return {"access_token": make_access_token({"sub": name}), "token_type": "bearer"}


@gate.get("/doors")
async def doors(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> list[str]:  # expect: AUT704
    return ["north", "south"]


@gate.post("/doors/{door}/open", dependencies=[Security(device_key)])  # expect: AUT704
def open_door(door: str) -> dict[str, str]:
    return {"door": door}


def known_device(key: str = Depends(device_key)) -> str:
    return key


@gate.get("/devices")
def devices(key: str = Depends(known_device)) -> dict[str, str]:  # expect: AUT704
    return {"key": key}


@notes.get("/{note_id}")
def read_note(note_id: int, user: CurrentUser) -> Note:  # expect: SEC620
    return NOTES[note_id]


@notes.post("")
def add_note(note: Note, user: CurrentUser) -> Note:
    NOTES[note.id] = Note(id=note.id, text=f"{user}: {note.text}")  # expect: DIN512
    return NOTES[note.id]


@notes.put("/{note_id}", dependencies=[Depends(current_user)])
def change_note(note_id: int, note: Note) -> Note:  # expect: SEC620
    NOTES[note_id] = note  # expect: DIN512
    return note


@notes.delete("/{note_id}", status_code=204)
def drop_note(note_id: int) -> None:  # expect: AUT705
    NOTES.pop(note_id, None)  # expect: DIN512


app = FastAPI()
app.include_router(gate)
app.include_router(notes)
