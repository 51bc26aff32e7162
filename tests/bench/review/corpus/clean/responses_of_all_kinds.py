"""Responses that look wrong and are right."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Cookie, FastAPI, HTTPException, Request, Response, status
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field


class Reading(BaseModel):
    day: date
    value: float
    secret: str = Field(default="", exclude=True)


class Created(BaseModel):
    id: int
    api_key: str


class Problem(Exception):
    """Something the caller can mend."""

    def __init__(self, title: str) -> None:
        self.title = title


router = APIRouter(prefix="/v1/readings", tags=["readings"])


def not_found(what: str) -> HTTPException:
    return HTTPException(status.HTTP_404_NOT_FOUND, f"No such {what}")


def split(pair: str) -> tuple[str, int]:
    name, number = pair.split(":")
    return name, int(number)


@router.get("/raw", response_class=PlainTextResponse)
def raw() -> str:
    """As text."""
    return json.dumps({"readings": []})


@router.get("/json")
def as_json() -> Response:
    """As it was stored."""
    return Response(json.dumps({"readings": []}), media_type="application/json")


@router.get("/lines")
def lines() -> StreamingResponse:
    """One object a line."""

    def rows() -> Iterator[str]:
        with open("readings.jsonl") as handle:
            yield from handle

    return StreamingResponse(rows(), media_type="application/x-ndjson")


@router.get("/events", response_model=None)
async def events(request: Request) -> StreamingResponse | JSONResponse:
    """Events."""
    if "text/event-stream" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": "events only"}, status_code=406)

    async def generate() -> AsyncIterator[str]:
        yield "data: 1\n\n"

    return StreamingResponse(generate(), media_type="text/event-stream")


@router.get("/pair/{pair}")
def pair(pair: str) -> tuple[str, int]:
    """A pair."""
    return split(pair)


@router.get("/one/{number}")
def one(number: int, response: Response) -> Reading:
    """One reading."""
    if number > 100:
        raise not_found("reading")
    response.headers["cache-control"] = "max-age=60"
    return Reading(day=date.today(), value=number)


@router.get("/cached/{number}", response_model=Reading)
def cached(number: int, request: Request) -> Reading | Response:
    """One reading, cached by the client."""
    if request.headers.get("if-none-match") == str(number):
        return Response(status_code=304)
    return Reading(day=date.today(), value=number)


@router.post("/keys", status_code=201)
def create_key() -> Created:
    """A key, shown once."""
    return Created(id=1, api_key="shown-once")


@router.post("/search")
def search(words: list[str]) -> list[Reading]:
    """Finds readings."""
    return [Reading(day=date.today(), value=len(word)) for word in words[:10]]


@router.delete("/one/{number}", status_code=204)
def remove(number: int) -> None:
    """Removes a reading."""
    if number > 100:
        raise not_found("reading")


@router.delete("/all", status_code=204)
def remove_all() -> Response:
    """Removes everything."""
    return Response(status_code=204)


@router.get("/theme")
def theme(response: Response, seen: Annotated[str | None, Cookie()] = None) -> Response:
    """Remembers a theme."""
    response.headers["x-seen"] = seen or "never"
    return response


@router.get("/home", response_class=RedirectResponse)
def home() -> str:
    """Home."""
    return "/v1/readings/raw"


app = FastAPI(title="Readings")
app.include_router(router)


@app.exception_handler(Problem)
async def on_problem(request: Request, exc: Problem) -> JSONResponse:
    return JSONResponse({"detail": exc.title}, status_code=409)


@app.exception_handler(404)
async def on_missing(request: Request, exc: Exception) -> Response:
    accepts = request.headers.get("accept", "")
    return PlainTextResponse("not here", 404) if "text" in accepts else JSONResponse({"detail": "not here"}, 404)
