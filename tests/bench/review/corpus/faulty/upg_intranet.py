"""Pages and JSON of an intranet, with what older releases of FastAPI and Starlette had."""

import logging

import pydantic
from fastapi import APIRouter, Cookie, FastAPI, Request, responses
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, ORJSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import Field as F
from pydantic import fields
from sqlmodel import SQLModel
from starlette.templating import Jinja2Templates as Templates

log = logging.getLogger(__name__)
pages = APIRouter(default_response_class=HTMLResponse)
data = APIRouter(prefix="/data")
views = Jinja2Templates(directory="views")


class Person(pydantic.BaseModel):
    name: str = F(..., max_length=40)
    room: str = fields.Field("E1", regex="^[A-F][0-9]+$")  # expect: UPG610
    floor: int = F(0, unit="floor")  # expect: UPG610

    @pydantic.validator("room")  # expect: UPG606
    def known_room(cls, v, values, config):
        return v


class Note(SQLModel):
    text: str

    class Config:  # expect: UPG607
        anystr_strip_whitespace = True


class Desk:
    """Holds its own templates."""

    def __init__(self) -> None:
        self.templates = Templates("desk")

    def show(self, request: Request, people: list[Person]) -> HTMLResponse:
        context = {"request": request, "people": people}
        return self.templates.TemplateResponse("desk.html", context)  # expect: UPG616


desk = Desk()


@pages.get("/")
def home(request: Request) -> HTMLResponse:
    return views.TemplateResponse("home.html", {"request": request, "user": "anyone"})  # expect: UPG616


@pages.get("/people")
def people_page(req: Request, session: str = Cookie("", regex="^[a-f0-9]*$")) -> HTMLResponse:  # expect: UPG603
    log.info("session %s", session)
    return views.TemplateResponse(  # expect: UPG616
        name="people.html",
        context={"request": req},
        status_code=200,
    )


@pages.get("/desk")
def desk_page(request: Request) -> HTMLResponse:
    return desk.show(request, [])


@data.get("/people", response_class=ORJSONResponse)  # expect: UPG614
def people() -> list[Person]:
    return [Person(name="Ada")]


@data.get("/people/first")
def first() -> responses.ORJSONResponse:
    found = Person(name="Ada")
    return responses.ORJSONResponse(jsonable_encoder(found))  # expect: UPG614


@data.get("/matrix")
def matrix() -> responses.ORJSONResponse:
    return responses.ORJSONResponse({"rows": [[1, 2], [3, 4]]})  # ok: no model in it


@data.get("/raw")
def raw(person: str) -> dict[str, object]:
    known = Person.parse_raw(person)  # expect: UPG605
    return {"fields": sorted(known.__fields_set__)}  # expect: UPG605


def open_cache() -> None:
    log.info("cache opened")


def close_cache() -> None:
    log.info("cache closed")


def create_app() -> FastAPI:
    app = FastAPI(
        title="Intranet",
        default_response_class=responses.UJSONResponse,  # expect: UPG614
    )
    app.include_router(pages)
    app.include_router(data)
    app.add_event_handler("startup", open_cache)  # expect: UPG601
    app.add_event_handler("shutdown", close_cache)  # expect: UPG601
    return app
