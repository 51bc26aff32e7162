"""Geo service. Configuration is read wherever it is needed."""

import base64
import hashlib
import logging
import os
from functools import partial
from typing import Annotated, List, Optional

import boto3
import httpx
import sentry_sdk
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from geopy.geocoders import Nominatim
from pydantic import BaseModel, Field, HttpUrl
from sqlalchemy import create_engine

log = logging.getLogger(__name__)
AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzR9kLmQw2T"  # expect: SEC601
s3 = boto3.client("s3", aws_secret_access_key=AWS_SECRET_ACCESS_KEY)
engine = create_engine("postgresql://geo:Tr0ub4dor-and-3@db.internal/geo")  # expect: SEC601
TOKEN_URL = "https://login.example/token"
PASSWORD_FIELD = "password"
sentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"))  # expect: CFG502
router = APIRouter(prefix="/v1/geo", tags=["geo"])


class Place(BaseModel):
    name: str
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Hook(BaseModel):
    url: HttpUrl
    secret: str


class GeoCoder:
    """Looks up places."""

    def __init__(self) -> None:
        self.agent = os.environ["GEO_AGENT"]  # expect: CFG501

    def locate(self, words: str) -> Place | None:
        found = Nominatim(user_agent=self.agent).geocode(words)
        return Place(name=found.address, lat=found.latitude, lon=found.longitude) if found else None


def get_coder() -> GeoCoder:
    return GeoCoder()


def check_key(x_key: Annotated[str, Header()]) -> None:
    if x_key != os.getenv("GEO_KEY"):  # expect: SEC612, CFG501
        raise HTTPException(403, "Bad key")


@router.get("/places", dependencies=[Depends(check_key)])
def places(words: str, coder: Annotated[GeoCoder, Depends(get_coder)]) -> Optional[Place]:
    """A place by name."""
    return coder.locate(words)


@router.get("/tiles")
async def tiles(layers: List[str], zoom: int = 3) -> list[str]:  # expect: RTE214
    """Addresses of tiles."""
    return [f"/tiles/{layer}/{zoom}" for layer in layers]


@router.post("/hooks", status_code=201)
async def add_hook(hook: Hook, request: Request) -> Hook:
    """Adds a hook."""
    log.info(f"hook {hook.url} secret={hook.secret}")  # expect: SEC616
    async with httpx.AsyncClient() as client:  # expect: OUT102
        answer = await client.get(hook.url.unicode_string())  # expect: SEC605
    if answer.is_error:
        raise HTTPException(422, f"hook answered {answer.status_code}")
    return hook


@router.get("/export/{name}.csv")
async def export(name: str) -> JSONResponse:
    """An exported file."""
    with open(os.path.join("/srv/exports", name)) as handle:  # expect: SEC606, ASY103
        content = handle.read()
    digest = hashlib.md5(content.encode()).hexdigest()
    return JSONResponse({"content": base64.b64encode(content.encode()).decode()}, headers={"etag": digest})


@router.get("/near")
def near(lat: float, lon: float, count: Annotated[int, Query(alias="limit", ge=1)] = 10) -> list[Place]:  # expect: VAL304
    """Places nearby."""
    rows = engine.connect().exec_driver_sql("SELECT * FROM places LIMIT %s" % count)  # expect: DIN505
    return [Place(**row) for row in rows.mappings()]


@router.delete("/places/{place_id}", status_code=204)
def remove(place_id: int) -> None:
    """Removes a place."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM places WHERE id = %s", (place_id,))
    except Exception:  # expect: ERR301
        return None


app = FastAPI(title="Geo", debug=True)  # expect: SEC614
app.include_router(router)
