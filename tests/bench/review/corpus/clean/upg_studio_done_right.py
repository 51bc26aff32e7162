"""A studio's API on the releases of today, with names that look like leftovers and are none."""

import dataclasses
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Generic, Literal, TypeVar

import httpx
from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic.v1 import BaseModel as LegacyModel
from pydantic.v1 import validator as legacy_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlmodel import Field as Column
from sqlmodel import SQLModel

Entry = TypeVar("Entry")
SLUG = re.compile("^[a-z]+$")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    dsn: str = Field("sqlite://", validation_alias="STUDIO_DSN")


class Frame(BaseModel):
    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": {"number": 1}})

    number: int = Field(ge=1, json_schema_extra={"unit": "frame"})
    kind: Literal["raw", "cut"] = "raw"
    copy: bool = False  # ok: a field of that name
    schema_name: str = "frame"

    @field_validator("kind", mode="before")
    @classmethod
    def lower(cls, value: str) -> str:
        return value.lower()

    @model_validator(mode="after")
    def whole(self) -> "Frame":
        return self


class Listing(BaseModel, Generic[Entry]):
    entries: list[Entry]


class Reel(SQLModel):
    slug: str = Column(regex="^[a-z]+$")  # ok: SQLModel's own Field still takes it


class OldReel(LegacyModel):
    slug: str

    @legacy_validator("slug")
    def known(cls, value: str) -> str:
        return value

    class Config:
        orm_mode = True


@dataclasses.dataclass
class Take:
    number: int

    class Config:  # ok: no model
        keep = True

    def dict(self) -> dict[str, int]:
        return {"number": self.number}

    def json(self) -> str:
        return json.dumps(self.dict())


class Recorder:
    """Has events of its own."""

    def on_event(self, name: str):
        return lambda function: function


recorder = Recorder()


@recorder.on_event("startup")
def recorded() -> None:
    print("recorded")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)
router = APIRouter(prefix="/frames")
templates = Jinja2Templates(directory="templates")


def client_of(request: Request) -> httpx.AsyncClient:
    return request.state.client


@router.get("/{slug}")
async def frame(
    slug: Annotated[str, Path(pattern="^[a-z]+$")],
    client: Annotated[httpx.AsyncClient, Depends(client_of)],
    regex: Annotated[str, Query(max_length=20)] = "",
) -> Frame:
    answer = await client.get(f"https://frames.example/{slug}")
    try:
        found = Frame.model_validate(answer.json())  # ok: a response, not a model
    except ValidationError:
        found = Frame(number=1)
    changes = {"number": 2}.copy()
    if SLUG.fullmatch(slug) and not found.copy:
        found = found.model_copy(update=changes)
    return found


@router.get("/takes/{number}")
def take(number: int) -> JSONResponse:
    return JSONResponse({"take": Take(number).dict(), "text": Take(number).json()})


@router.get("/pages/{number}", response_class=HTMLResponse)
def page(request: Request, number: int) -> HTMLResponse:
    return templates.TemplateResponse(request, "frame.html", {"number": number})


@router.get("")
def frames(raw: str = "[]") -> Listing[Frame]:
    return Listing(entries=TypeAdapter(list[Frame]).validate_json(raw))


app.include_router(router)
