"""A league: routes in the wrong order, decorators in the wrong place."""

from enum import Enum
from functools import wraps
from typing import Annotated, List, Optional, Union
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, File, Form, Header, Path, Query, Response, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field
from slowapi import Limiter
from slowapi.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)
teams = APIRouter(prefix="/teams")
games = APIRouter(prefix="/games")


class Kind(str, Enum):
    cup = "cup"
    league = "league"


class Filter(BaseModel):
    city: str = Field(default="", description="City")
    kind: Kind = Field(default=Kind.league, description="Kind")


class Team(BaseModel):
    name: str = Field(description="Name")
    city: str = Field(description="City")


def timed(function):
    async def wrapper(*args, **kwargs):  # expect: RTE207
        return await function(*args, **kwargs)

    return wrapper


def logged(function):
    @wraps(function)
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)

    return wrapper


@teams.get("/{team}")
async def team(team: str) -> Team:
    """A team."""
    return Team(name=team, city="")


@teams.get("/top")  # expect: RTE203
async def top() -> list[Team]:
    """The best teams."""
    return []


@teams.get("/{team}/players/{number}")  # expect: RTE201
async def player(team: str) -> dict[str, str]:
    """A player."""
    return {"team": team}


@limiter.limit("5/minute")  # expect: RTE206
@teams.post("", status_code=201)
async def create(team: Team) -> Team:
    """Creates a team."""
    return team


@teams.get("/{team}/form")
@timed
async def form(team: str) -> dict[str, str]:
    """The form of a team."""
    return {"team": team}


@teams.get("/{team}/goals")
@logged
async def goals(team: str) -> dict[str, str]:
    """The goals of a team."""
    return {"team": team}


@games.get("")
async def find(ids: List[int], filter: Filter) -> list[int]:  # expect: RTE214, RTE215
    """Finds games."""
    return ids


@games.get("/by-kind")
async def by_kind(kinds: Annotated[set[Kind], Query()], filter: Annotated[Filter, Query()]) -> int:
    """Finds games by kind."""
    return len(kinds)


@games.get("/{game_id:uuid}")
async def game(game_id: UUID, season: Annotated[int, Path(ge=1900)]) -> dict[str, str]:  # expect: RTE202
    """A game."""
    return {"id": str(game_id)}


@games.get("/live")
async def live() -> list[str]:
    """Games that are played."""
    return []


@games.post("/report", status_code=201)
async def report(team: Team, sheet: UploadFile = File()) -> str:  # expect: RTE216
    """Takes a report."""
    return sheet.filename or team.name


@games.post("/photo", status_code=201)
async def photo(caption: Annotated[str, Form()], sheet: UploadFile) -> str:
    """Takes a photo."""
    return sheet.filename or caption


@games.get("/{game}/score")
def score(game: int, etag: Optional[str]) -> Union[dict, JSONResponse]:  # expect: VAL303, RSP410
    """A score."""
    return {"game": game}


@games.get("/{game}/score")  # expect: RTE204
def score_again(game: int, x_team: Annotated[str | None, Header()] = None) -> dict[str, int]:
    """A score."""
    return {"game": game}


@games.get("/{game}/table")
def table(game: int, response: Response) -> Response:
    """A table."""
    response.headers["Cache-Control"] = "max-age=60"  # expect: RSP411
    return JSONResponse({"game": game})


@games.get("/old/{game}")
def old(game: int) -> RedirectResponse:
    """Where it is now."""
    return RedirectResponse(f"/games/{game}/score")


app = FastAPI()
app.state.limiter = limiter
app.include_router(teams)
app.include_router(games, dependencies=[Depends(get_remote_address)])
