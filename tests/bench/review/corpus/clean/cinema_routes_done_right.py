"""A cinema: routes that only look as if they hid each other, parameters that only look lost."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Path, Query, Request, Response, UploadFile, status
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

P = ParamSpec("P")
R = TypeVar("R")


class Hall(StrEnum):
    small = "small"
    large = "large"


class Film(BaseModel):
    """A film."""

    title: str = Field(description="Title")
    tags: list[str] = Field(default=[], description="Tags")
    year: int | None = Field(description="Year, if known")


class Page(BaseModel):
    """A page of a list."""

    offset: Annotated[int, Field(ge=0, description="First")] = 0
    limit: Annotated[int, Field(ge=1, le=100, description="Size")] = 20


def audited(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return wrapper


def film_id(film: Annotated[UUID, Path()]) -> UUID:
    return film


class Seat:
    """A seat in a hall, from the path."""

    def __init__(self, row: int, seat: int) -> None:
        self.place = f"{row}-{seat}"


FilmId = Annotated[UUID, Depends(film_id)]
films = APIRouter(prefix="/films", tags=["films"])
halls = APIRouter(prefix="/halls/{hall}", tags=["halls"])


@films.get("")
async def find(page: Annotated[Page, Query()], tags: Annotated[list[str], Query()] = []) -> list[Film]:
    """Films."""
    return [Film(title=tag, year=None) for tag in tags[page.offset : page.offset + page.limit]]


@films.get("/new")
@audited
def new() -> list[Film]:
    """New films."""
    return []


@films.get("/{film}")
async def one(film: FilmId) -> Film:
    """A film."""
    return Film(title=str(film), year=None)


@films.post("/{film}", status_code=status.HTTP_201_CREATED)
async def create(film: FilmId, body: Film) -> Film:
    """Creates a film."""
    return body


@films.get("/{film}/posters/{name:path}")
async def poster(film: FilmId, name: str) -> RedirectResponse:
    """A poster."""
    return RedirectResponse("/static/poster.png")


@films.put("/{film}/poster", status_code=status.HTTP_204_NO_CONTENT)
async def put_poster(film: FilmId, title: Annotated[str, Form()], image: Annotated[UploadFile, File()]) -> Response:
    """Replaces a poster."""
    if not title or image.size is None or image.size > 1_000_000:
        return JSONResponse({"detail": "too large"}, status_code=413)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@halls.get("/seats/{row}/{seat}")
async def seat(hall: Hall, place: Annotated[Seat, Depends()]) -> dict[str, str]:
    """A seat."""
    return {"hall": hall, "place": place.place}


@halls.get("/raw/{anything}")
async def raw(hall: Hall, request: Request) -> dict[str, str]:
    """What stands in the path."""
    return {"hall": hall, "anything": request.path_params["anything"]}


@halls.get("/number/{number:int}")
@halls.get("/nr/{number:int}", include_in_schema=False)
async def by_number(hall: Hall, number: int) -> dict[str, int]:
    """By its number."""
    return {"number": number}


@halls.get("/number/last")
async def last(hall: Hall) -> dict[str, Any]:
    """The last."""
    if hall is Hall.small:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return {"number": None}


app = FastAPI()
app.include_router(films, prefix="/v1")
app.include_router(halls, prefix="/v1")
app.include_router(films, prefix="/v2", deprecated=True)
