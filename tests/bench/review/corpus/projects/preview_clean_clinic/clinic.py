"""A clinic's visits."""

from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel

visits = APIRouter(prefix="/visits", tags=["visits"])


class Visit(BaseModel):
    """A visit."""

    patient: str
    room: int


@visits.get("/{number}")
def show(number: int) -> Visit:
    """One visit."""
    if number < 1:
        raise HTTPException(404)
    return Visit(patient="x", room=number)


@visits.get("/rooms/{room}/free")
def is_free(room: int) -> bool:
    """Whether a room is free."""
    return room > 0


app = FastAPI(title="Clinic")
app.include_router(visits)
