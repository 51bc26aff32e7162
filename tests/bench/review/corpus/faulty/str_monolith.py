"""Everything on one application, read again for every request."""

import json
from pathlib import Path
from typing import Annotated

import yaml
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel
from pydantic_settings import BaseSettings

DATA = Path("data")
app = FastAPI(title="Monolith")  # expect: STR401, MID808, MID809, MID810, MID811, OBS402


class Settings(BaseSettings):
    region: str = "north"


class Item(BaseModel):
    name: str


def current_settings() -> Settings:
    return Settings()  # expect: STR403


SettingsDep = Annotated[Settings, Depends(current_settings)]


def load_rates() -> dict[str, float]:
    return json.loads((DATA / "rates.json").read_text())  # expect: STR403


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/region")
def region(settings: SettingsDep) -> str:
    return settings.region


@app.get("/rates")
def rates() -> dict[str, float]:
    return load_rates()


@app.get("/labels")
def labels() -> dict[str, str]:
    with open("labels.yaml") as file:
        return yaml.safe_load(file)  # expect: STR403


@app.get("/items")
def items(limit: Annotated[int, Query(ge=1, le=50)] = 10) -> list[Item]:
    return [Item(name="lamp")][:limit]


@app.post("/items", status_code=201)
def add_item(item: Item) -> Item:
    return item


@app.get("/items/{name}")
def one_item(name: str) -> Item:
    return Item(name=name)


@app.put("/items/{name}")
def change_item(name: str, item: Item) -> Item:
    return item if item.name == name else Item(name=name)


@app.delete("/items/{name}", status_code=204)
def remove_item(name: str) -> None:
    print(name)


@app.get("/people")
def people() -> list[str]:
    return []


@app.get("/people/{name}")
def person(name: str) -> str:
    return name


@app.get("/orders/{number}")
def order(number: int) -> int:
    return number
