"""Bands; everything stands behind the name of a festival."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path
from sqlalchemy.orm import Session

from festival.parameters import BandFilter, PageSize, WindowDep
from festival.schemas import BandCreate, BandOut
from festival.tables import Band, session, stored

router = APIRouter(prefix="/bands", tags=["bands"])
SessionDep = Annotated[Session, Depends(session)]


@router.get("")
def list_bands(found: BandFilter, window: WindowDep, size: PageSize = 20) -> list[str]:  # expect: VAL304
    return [str(found), window.start, str(size)]


@router.post("", status_code=201)
def add_band(band: BandCreate, opened: SessionDep) -> BandOut:
    return BandOut.model_validate(stored(opened, Band(**band.model_dump())))


@router.get("/{band_id}")
def read_band(band_id: int, festival: Annotated[str, Path()]) -> str:  # ok: the prefix has it
    return f"{festival} {band_id}"


@router.put("/{band_id}/genre")  # expect: RTE201
def set_genre(id: int, genre: Annotated[str, Body()]) -> str:
    return f"{id} {genre}"
