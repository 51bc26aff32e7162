"""School administration on MongoDB with Beanie."""

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

import bcrypt
from beanie import Document, PydanticObjectId, init_beanie
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Header, HTTPException, Query, Response, status
from jose import jwt
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, EmailStr, Field, SecretStr
from pydantic_settings import BaseSettings

log = logging.getLogger(__name__)


class Settings(BaseSettings):
    mongo_url: str = "mongodb://localhost"
    signing_key: SecretStr


settings = Settings()


class Pupil(Document):
    name: str
    email: EmailStr
    password_hash: str
    born: date


class PupilIn(BaseModel):
    name: str
    email: EmailStr
    password: str = Field(min_length=8)
    role: str = "pupil"


class PupilPatch(BaseModel):
    name: str | None = None
    email: EmailStr | None = None


class PupilOut(BaseModel):
    id: PydanticObjectId
    name: str
    password_hash: str


@asynccontextmanager
async def lifespan(app: FastAPI):
    client = AsyncIOMotorClient(settings.mongo_url)
    await init_beanie(database=client.school, document_models=[Pupil])
    yield
    client.close()


def claims(authorization: Annotated[str, Header()]) -> dict[str, Any]:
    token = authorization.split(" ")[-1]
    return jwt.get_unverified_claims(token)  # expect: AUT701


def algorithm_claims(session: Annotated[str, Cookie()]) -> dict[str, Any]:
    header = jwt.get_unverified_header(session)
    return jwt.decode(session, settings.signing_key.get_secret_value(), algorithms=header["alg"])  # expect: AUT702


Claims = Annotated[dict[str, Any], Depends(claims)]
router = APIRouter(prefix="/v1/pupils", tags=["pupils"])


@router.get("/{pupil_id}", response_model=PupilOut)  # expect: RSP405
async def read(pupil_id: PydanticObjectId, who: Claims):
    """One pupil."""
    return await Pupil.get(pupil_id)


@router.get("")
async def everyone(who: Claims) -> list[str]:
    """Names of all."""
    return [pupil.name for pupil in await Pupil.find_all().to_list()]  # expect: RSP415


@router.post("", status_code=201)
async def add(body: PupilIn, who: Claims) -> str:
    """Adds a pupil."""
    hashed = bcrypt.hashpw(body.password.encode(), bcrypt.gensalt())  # expect: ASY107
    pupil = Pupil(name=body.name, email=body.email, password_hash=hashed.decode(), born=date.today())
    await pupil.insert()
    return str(pupil.id)


@router.patch("/{pupil_id}", status_code=204)
async def patch(pupil_id: PydanticObjectId, body: PupilPatch, who: Claims) -> None:
    """Changes a pupil."""
    pupil = await Pupil.get(pupil_id)
    if pupil is None:
        raise HTTPException(404)
    await pupil.set(body.model_dump())  # expect: RSP416


@router.post("/{pupil_id}/leave", status_code=204)
async def leave(pupil_id: PydanticObjectId, who: Claims) -> None:
    """A pupil leaves."""
    pupil = await Pupil.get(pupil_id)
    if pupil is None:
        raise HTTPException(404)
    pupil.delete()  # expect: ASY110


@router.post("/{pupil_id}/theme")
async def theme(pupil_id: str, colour: str, response: Response) -> Response:
    """Remembers a colour."""
    response.set_cookie("colour", colour, httponly=True)  # expect: RSP411
    return Response(status_code=204)


@router.post("/bulk", status_code=202)
async def bulk(rows: list[dict[str, Any]], who: Claims) -> int:  # expect: VAL301
    """Adds several pupils."""
    pupils = [Pupil(**row) for row in rows]  # expect: VAL305
    await Pupil.insert_many(pupils)
    return len(pupils)


app = FastAPI(title="School", lifespan=lifespan)
app.include_router(router)
