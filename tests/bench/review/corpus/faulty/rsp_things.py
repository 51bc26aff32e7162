"""Things, written with every import by another name."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import http.client
import os
import urllib.request as ur
from http import HTTPStatus
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Optional

import fastapi
import httpx
import sqlalchemy as sa
import sqlalchemy.ext.asyncio as sa_async
from fastapi import Depends, FastAPI, HTTPException, Request, Response, background
from fastapi.exceptions import HTTPException as FHE
from fastapi.responses import JSONResponse as JSON
from fastapi.responses import ORJSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session as OrmSession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

api = fastapi.APIRouter()
URL = "sqlite:///./x.db"
engine = sa_async.create_async_engine(URL)  # expect: DBS201
engine2 = sa.create_engine("postgresql+asyncpg://h/d")  # expect: DBS201
Session = sa_async.async_sessionmaker(engine)
client = httpx.Client(timeout=httpx.Timeout(timeout=None))  # expect: OUT101


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    note: str | None = None


class ThingChanges(BaseModel):
    name: str | None = None
    note: str | None = None


class Deps:
    def __init__(self, request: Request, session: Annotated[sa_async.AsyncSession, Depends(lambda: None)]):
        self.request = request
        self.session = session


async def db() -> AsyncIterator[sa_async.AsyncSession]:
    async with Session() as s:
        yield s


@api.api_route("/things/{id}", methods=["PATCH"])
async def change_thing(id: int, body: ThingChanges, s: sa_async.AsyncSession = Depends(db)) -> Thing:
    values = body.model_dump(exclude_unset=False)  # expect: RSP416
    await s.execute(sa.update(sa.table("things")).values(values))
    await s.commit()
    return Thing(**values)


@api.patch("/other/{id}")
async def change_other(id: int, body: ThingChanges) -> Thing:
    stored = Thing(name="a")
    for key, value in vars(body).items():  # expect: RSP416
        setattr(stored, key, value)
    return stored


@api.get("/things", response_model=list[Thing])
async def things(s: Annotated[sa_async.AsyncSession, Depends(db)]):
    q = sa.select(sa.table("things"))
    if os.getenv("ORDERED"):
        q = q.order_by("name")
    rows = await s.stream_scalars(q)
    return [row async for row in rows]  # expect: RSP415


@api.get("/things2")
def things2(s: OrmSession = Depends(db)) -> list[Thing]:
    out = []
    for row in s.query(sa.Table).order_by("name"):  # expect: RSP415
        out.append(Thing(name=row.name))
    return out


@api.get("/errors/{id}")
async def errors(id: int):
    try:
        if id > 3:
            raise FHE(HTTPStatus.NOT_FOUND)
        thing = {"id": id}
    except BaseException:  # expect: ERR302
        return JSON({"message": "failed"}, status_code=500)
    else:
        return thing


@api.get("/errors2/{id}")
async def errors2(id: int) -> dict:
    try:
        for i in range(id):
            if i == 3:
                raise fastapi.HTTPException(status_code=HTTPStatus.CONFLICT, detail="three")
    except ValueError:
        raise HTTPException(400)
    except Exception as exc:  # expect: ERR302
        raise HTTPException(status_code=500, detail="boom") from exc
    return {"id": id}


@api.post("/tasks")
async def tasks(s: sa_async.AsyncSession = Depends(db)) -> Response:
    bt = background.BackgroundTasks()
    bt.add_task(print, s)  # expect: BGT903
    return JSON({"ok": True}, background=bt)


@api.post("/tasks2")
async def tasks2(bt: Optional[fastapi.BackgroundTasks] = None) -> dict:
    if bt is None:
        bt = fastapi.BackgroundTasks()
    bt.add_task(print, 1)
    return {}


@api.post("/tasks3")
def tasks3(request: Request) -> dict:
    def job():
        print(request.client)

    Thread(None, job).start()  # expect: BGT901
    with contextlib.suppress(BaseException):  # expect: ERR301
        job()
    return {}


@api.get("/head", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
def head() -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


@api.get("/none", status_code=204)
def none() -> dict[str, str]:  # expect: RSP407
    return {}


@api.get("/lost", response_model=Thing)
def lost(res: Response, flag: bool = False):
    res.headers.update({"X-A": "b"})  # expect: RSP411
    if flag:
        return {"name": "a"}
    return ORJSONResponse(content={"name": "b"})  # expect: RSP406


@api.get("/txt", response_model=str)
def txt():
    return Thing(name="a").model_dump_json()  # expect: RSP414


@api.get("/fetch")
def fetch() -> str:
    data = ur.urlopen("https://x.example").read()  # expect: OUT101
    return data.decode()


@api.get("/pool")
def pool() -> dict:
    with concurrent.futures.ThreadPoolExecutor() as ex:
        ex.submit(print, 1)
    return {}


@api.get("/par")
async def par(s: sa_async.AsyncSession = Depends(db)) -> list:
    coros = [s.scalar(sa.text("select 1")), s.scalar(sa.text("select 2"))]
    done, _ = await asyncio.wait([asyncio.create_task(c) for c in coros])
    a = asyncio.create_task(s.scalar(sa.text("select 3")))
    b = asyncio.create_task(s.scalar(sa.text("select 4")))  # expect: DBS206
    return [await a, await b, *done]


async def handle_key_error(request: Request, exc: KeyError) -> dict:
    return dict(detail=str(exc))  # expect: ERR304


app = FastAPI(exception_handlers={KeyError: handle_key_error})
app.include_router(api, prefix="/api")
