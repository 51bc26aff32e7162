"""Broad handlers that are in order."""

import logging
from contextlib import suppress
from typing import Annotated, NoReturn

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.encoders import jsonable_encoder
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/rooms", tags=["rooms"])


class DomainError(Exception):
    """Base of what can go wrong."""

    status_code = status.HTTP_400_BAD_REQUEST
    code = "domain"


class RoomTaken(DomainError):
    """Somebody was faster."""

    status_code = status.HTTP_409_CONFLICT
    code = "room_taken"


class Room(BaseModel):
    name: str
    beds: int


class Rooms:
    """Rooms of the house."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def take(self, name: str) -> Room:
        if name not in self._rooms:
            raise RoomTaken(name)
        return self._rooms.pop(name)


def get_rooms(request: Request) -> Rooms:
    return request.app.state.rooms


def fail(code: int, text: str) -> NoReturn:
    raise HTTPException(code, text)


RoomsDep = Annotated[Rooms, Depends(get_rooms)]


@router.post("/{name}/take")
def take(name: str, rooms: RoomsDep) -> Room:
    """Takes a room."""
    try:
        room = rooms.take(name)
        if room.beds == 0:
            raise HTTPException(status.HTTP_409_CONFLICT, "No beds")
    except HTTPException:
        raise
    except Exception as error:
        log.exception("could not take %s", name)
        raise HTTPException(status.HTTP_500_INTERNAL_SERVER_ERROR, "Could not take the room") from error
    return room


@router.get("/{name}")
def read(name: str, rooms: RoomsDep) -> Room:
    """A room."""
    try:
        return rooms.take(name)
    except RoomTaken:
        fail(404, "Taken")


@router.post("/{name}/clean", status_code=204)
def clean(name: str) -> None:
    """Cleans a room."""
    with suppress(FileNotFoundError, PermissionError):
        open(f"/var/rooms/{hash(name)}").close()


@router.get("/{name}/score")
def score(name: str) -> float:
    """A score."""
    try:
        return float(len(name)) / (len(name) - 3)
    except ZeroDivisionError as error:
        raise HTTPException(422, "Names of three letters have no score") from error


@router.get("/{name}/weather")
def weather(name: str) -> str:
    """Weather outside."""
    try:
        return name.split("-")[1]
    except Exception:
        log.warning("no weather for %s", name, exc_info=True)
        return "unknown"


async def on_domain(request: Request, exc: DomainError) -> JSONResponse:
    return JSONResponse({"code": exc.code}, status_code=exc.status_code)


async def on_http(request: Request, exc: StarletteHTTPException) -> Response:
    log.info("%s: %s", request.url.path, exc.detail)
    return await http_exception_handler(request, exc)


def on_invalid(request: Request, exc: RequestValidationError) -> JSONResponse:
    return JSONResponse(jsonable_encoder({"errors": exc.errors()}), status_code=422)


def create_app() -> FastAPI:
    """Builds the application."""
    app = FastAPI(title="Rooms")
    app.state.rooms = Rooms()
    app.add_exception_handler(DomainError, on_domain)
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.exception_handler(RequestValidationError)(on_invalid)
    app.include_router(router)
    return app
