"""Caches and registries at module level, on purpose."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Query, Response
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)
VERSION = os.environ.get("APP_VERSION", "dev")
UNITS: Mapping[str, float] = {"m": 1.0, "km": 1000.0, "mi": 1609.344}


class Distance(BaseModel):
    value: float = Field(ge=0)
    unit: Literal["m", "km", "mi"] = "m"


class Converted(BaseModel):
    metres: float
    token_count: int = 0


@dataclass
class Clock:
    """Time that can be replaced."""

    offset: float = 0.0
    calls: list[float] = field(default_factory=list)

    def now(self) -> float:
        self.calls.append(self.offset)
        return time.monotonic() + self.offset


@cache
def get_clock() -> Clock:
    return Clock()


@cache
def factor(unit: str) -> float:
    return UNITS[unit]


def language(accept_language: Annotated[str | None, Header()] = None) -> str:
    return (accept_language or "en")[:2]


def paging(page: Annotated[int, Query(ge=1)] = 1, page_size: Annotated[int, Query(ge=1, le=50)] = 10) -> slice:
    return slice((page - 1) * page_size, page * page_size)


ClockDep = Annotated[Clock, Depends(get_clock)]
Language = Annotated[str, Depends(language)]
Unit = Annotated[str, Path(pattern="^(m|km|mi)$")]
router = APIRouter(prefix="/v1/distances", tags=["distances"])


@router.post("/convert")
async def convert(distance: Distance, response: Response) -> Converted:
    """Metres of a distance."""
    response.headers["x-version"] = VERSION
    return Converted(metres=distance.value * factor(distance.unit))


@router.get("/units")
async def units(window: Annotated[slice, Depends(paging)]) -> list[str]:
    """Units that are known."""
    return sorted(UNITS)[window]


@router.get("/units/{unit}")
async def unit(unit: Unit, clock: ClockDep, language: Language) -> dict[str, float | str]:
    """One unit."""
    known = dict(UNITS)
    known["nm"] = 1852.0
    if unit not in known:
        raise HTTPException(404, "No such unit")
    return {"metres": known[unit], "at": clock.now(), "language": language}


@router.get("/all")
async def everything() -> list[Converted]:
    """All units, there are three."""
    return [Converted(metres=value) for value in UNITS.values()]


app = FastAPI(title="Distances", version=VERSION)
app.include_router(router)
