"""A diary in memory, whose models are found by way of dictionaries, loops and `next`."""

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

router = APIRouter(prefix="/diary")


class Entry(BaseModel):
    number: int
    text: str = Field(max_length=200)


class Day(BaseModel):
    name: str
    entries: list[Entry] = []


DAYS: dict[str, Day] = {}
LOOSE: list[Entry] = []
BY_WORD: defaultdict[str, list[Entry]] = defaultdict(list)


@router.get("/days/{name}")
def one_day(name: str) -> dict[str, object]:
    day = DAYS.get(name)
    if day is None:
        raise HTTPException(status_code=404, detail="no such day")
    return day.dict()  # expect: UPG605


@router.get("/days")
def days(limit: Annotated[int, Query(ge=1, le=50)] = 20) -> list[dict[str, object]]:
    shown = sorted(DAYS.values(), key=lambda day: day.name)[:limit]
    return [day.dict(exclude={"entries"}) for day in shown]  # expect: UPG605


@router.get("/texts")
def texts() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, day in DAYS.items():
        found[name] = day.json()  # expect: UPG605
    return found.copy()  # ok: a dictionary


@router.get("/entries/{number}")
def entry(number: int) -> dict[str, object]:
    known = next((one for one in LOOSE if one.number == number), None)
    if known is None:
        raise HTTPException(status_code=404, detail="no such entry")
    return known.dict()  # expect: UPG605


@router.post("/entries", status_code=201)
def write(entries: Annotated[list[Entry], Body(max_length=10)]) -> int:
    for one in entries:
        LOOSE.append(one.copy(deep=True))  # expect: UPG605
        BY_WORD[one.text.split()[0]].append(one)
    return len(entries)


@router.get("/words/{word}")
def by_word(word: str) -> list[dict[str, object]]:
    return [one.dict() for one in BY_WORD[word]]  # expect: UPG605


@router.delete("/days/{name}")
def forget(name: str) -> str:
    if name not in DAYS:
        raise HTTPException(status_code=404, detail="no such day")
    return DAYS.pop(name).json()  # expect: UPG605


app = FastAPI(title="Diary")
app.include_router(router)
