"""Routers, and lookups that are made once, or only look like it."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel
from pydantic_settings import BaseSettings

router = APIRouter(prefix="/rooms", tags=["rooms"])
LABELS = json.loads('{"a": "first"}')
_known: dict[str, str] = {}


class Settings(BaseSettings):
    building: str = "north"


class Room(BaseModel):
    name: str


@lru_cache
def settings() -> Settings:
    return Settings()  # ok: once


@cache
def plan() -> str:
    return Path("plan.svg").read_text()  # ok: once


def welcome() -> str:
    if "welcome" not in _known:
        _known["welcome"] = Path("welcome.txt").read_text()  # ok: kept
    return _known["welcome"]


SettingsDep = Annotated[Settings, Depends(settings)]


@router.get("/health")
def health(given: SettingsDep) -> dict[str, str]:
    return {"building": given.building}


@router.get("/plan")
def show_plan() -> str:
    return plan() + welcome()


@router.get("/labels/{name}")
def label(name: str) -> str:
    return LABELS[name]


@router.get("/a")
def a() -> Room:
    return Room(name="a")


@router.get("/b")
def b() -> Room:
    return Room(name="b")


@router.get("/c")
def c() -> Room:
    return Room(name="c")


@router.get("/d")
def d() -> Room:
    return Room(name="d")


@router.get("/e")
def e() -> Room:
    return Room(name="e")


@router.get("/f")
def f() -> Room:
    return Room(name="f")


@router.get("/g")
def g() -> Room:
    return Room(name="g")


@router.get("/h")
def h() -> Room:
    return Room(name="h")


app = FastAPI()
app.include_router(router)
