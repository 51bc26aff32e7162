"""Stages."""

from fastapi import APIRouter

from festival.parameters import Offset, Stage

router = APIRouter(prefix="/stages", tags=["stages"])
backstage = APIRouter(prefix="/backstage", tags=["stages"])  # expect: RTE213


@router.get("/{stage}/shows")
def shows(stage: Stage, offset: Offset = 0) -> list[str]:
    return [stage, str(offset)]


@router.get("/{name}/sound")  # expect: RTE202
def sound(name: str, stage: Stage) -> str:
    return name + stage


@backstage.get("/rooms")
def rooms() -> list[str]:
    return []
