"""What many path operations take."""

from typing import Annotated, Optional

from fastapi import Depends, Path, Query
from pydantic import BaseModel

PageSize = Annotated[int, Query(ge=1)]
Offset = Annotated[int, Query(ge=0)]


def check_festival(festival: Annotated[str, Path(min_length=3)]) -> str:  # ok: the prefix brings it
    return festival


def band_filter(genres: list[str] | None = None, year: Optional[int] = None) -> dict[str, object]:  # expect: RTE214
    return {"genres": genres, "year": year}


def stage_of(stage: Annotated[str, Path()]) -> str:
    return stage


class Window(BaseModel):
    start: str = ""
    limit: int = 10  # expect: VAL304


BandFilter = Annotated[dict, Depends(band_filter)]
Stage = Annotated[str, Depends(stage_of)]
WindowDep = Annotated[Window, Depends()]
