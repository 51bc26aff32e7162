"""Names as in pydantic v1, but of other things."""

import copy
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Optional

import attrs
import httpx2
from attrs import validators
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Query, Request
from fastapi.templating import Jinja2Templates
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.responses import HTMLResponse

templates = Jinja2Templates(directory="templates")
router = APIRouter(prefix="/v1/things", tags=["things"])


class AppSettings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    client_secret: str = ""
    database_url: str = "sqlite:///things.db"
    jwt_secret: str = Field(default=...)


@dataclass
class Legacy:
    name: str

    class Config:
        orm_mode = True

    def dict(self) -> dict[str, Any]:
        return {"name": self.name}

    def json(self) -> str:
        return self.name

    @classmethod
    def parse_obj(cls, raw: dict[str, Any]) -> "Legacy":
        return cls(raw["name"])


@attrs.define
class Point:
    x: int = attrs.field(validator=validators.instance_of(int))

    @x.validator
    def small(self, attribute: Any, value: int) -> None:
        if value > 100:
            raise ValueError("too large")


class Thing(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    registry: ClassVar[dict[str, int]] = {}
    name: str = Field(pattern="^[a-z]+$", validation_alias=AliasChoices("name", "title"))
    tags: list[str] = []
    note: Optional[str] = None
    owner: str | None

    @field_validator("name")
    @classmethod
    def lower(cls, value: str) -> str:
        if not value:
            raise ValueError("empty")
        return value.lower()

    @field_validator("owner", mode="wrap")
    @classmethod
    def known(cls, value: Any, handler: Any) -> Any:
        if value == "nobody":
            return None
        return handler(value)

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"name": data, "owner": None}
        return data

    @model_validator(mode="after")
    def tagged(self) -> "Thing":
        match self.tags:
            case []:
                return self
            case _:
                return self.model_copy(update={"tags": sorted(self.tags)})


@router.post("/legacy")
def legacy(raw: Annotated[dict[str, str], Body()]) -> dict[str, Any]:
    """Old things."""
    thing = Legacy.parse_obj(raw)
    return copy.copy(thing).dict() | {"text": thing.json()}


@router.get("/upstream/{number}")
async def upstream(number: int, request: Request) -> dict[str, Any]:
    """From elsewhere."""
    client: httpx2.AsyncClient = request.app.state.client
    answer = await client.get(f"/things/{number}")
    if answer.status_code != 200:
        raise HTTPException(502, "Upstream failed")
    payload = answer.json()
    return payload.copy()


@router.post("/convert")
def convert(thing: Thing) -> Thing:
    """A copy."""
    return thing.model_copy(update=thing.model_dump(exclude_unset=True))


@router.get("/find")
def find(regex: Annotated[str, Query(pattern="^[a-z]*$", max_length=30)] = "") -> list[str]:
    """Names."""
    return [name for name in Thing.registry if regex in name][:20]


@router.get("/page", response_class=HTMLResponse)
def page(request: Request) -> HTMLResponse:
    """A page."""
    return templates.TemplateResponse(request, "page.html", {"things": []})


app = FastAPI(title="Things")
app.include_router(router)
