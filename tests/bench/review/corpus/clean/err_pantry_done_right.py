"""A pantry with envelopes, templates, workers and retries, all in order."""

import asyncio
import functools
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Generic, TypeVar, Union

import requests
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response, WebSocket, status
from fastapi.encoders import jsonable_encoder
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from fastapi_pagination import Page, paginate
from pydantic import BaseModel, RootModel
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .db import get_async_session, get_session, models
from .tasks import celery_app, resize

logger = logging.getLogger(__name__)
templates = Jinja2Templates("templates")
router = APIRouter(default_response_class=HTMLResponse)
T = TypeVar("T")


class Envelope(BaseModel, Generic[T]):
    data: T


class Token(BaseModel):
    access_token: str
    token_type: str


class Item(BaseModel):
    name: str
    price: float


class ItemReplace(BaseModel):
    name: str
    price: float


class Names(RootModel[list[str]]):
    pass


class Settings(BaseModel):
    retries: int = 3


class Poller:
    def __init__(self, url: str) -> None:
        self.url = url
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            requests.get(self.url, timeout=10)

    def stop(self) -> None:
        if self._thread:
            self._thread.join()


def retry(times: int):
    def decorate(function):
        @functools.wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            last: Exception | None = None
            for _ in range(times):
                try:
                    return function(*args, **kwargs)
                except Exception as error:
                    last = error
            raise last or RuntimeError("never")

        return inner

    return decorate


@router.get("/page", response_model=None)
async def page(request: Request) -> Any:
    return templates.TemplateResponse(request, "page.html", {"a": 1})


@router.get("/html")
async def html() -> str:
    return "<p>"


app = FastAPI()


@app.get("/items")
def items(db: Annotated[Session, Depends(get_session)]) -> Page[Item]:
    return paginate(db.query(models.Item).all())


@app.patch("/items/{id}")
def replace(id: int, item: ItemReplace, db: Annotated[Session, Depends(get_session)]) -> Item:
    db.query(models.Item).filter_by(id=id).update(item.model_dump())
    db.commit()
    return Item(**item.model_dump())


@app.put("/items/{id}")
def put_item(id: int, item: Item) -> Item:
    stored = jsonable_encoder(item)
    return Item(**stored)


@app.post("/token")
def create_token(name: str, db: Annotated[Session, Depends(get_session)]) -> Token:
    db.add(models.Token(name=name))
    db.commit()
    return Token(access_token=name, token_type="bearer")


@app.post("/resize")
async def start_resize(name: str) -> dict[str, str]:
    job = resize.delay(name)
    celery_app.send_task("cleanup", args=[name])
    return {"job": job.id}


@app.delete("/items/{id}", status_code=status.HTTP_204_NO_CONTENT, response_class=Response)
async def delete_item(id: int, s: Annotated[AsyncSession, Depends(get_async_session)]) -> None:
    await s.execute(text("delete from items where id = :id"), {"id": id})
    return None


@app.get("/file", response_class=FileResponse)
async def file() -> str:
    return "data/file.txt"


@app.get("/go")
async def go(to: str = "a") -> RedirectResponse:
    answer = RedirectResponse(f"/{to}")
    answer.set_cookie("to", to, secure=True, httponly=True)
    return answer


@app.get("/union")
async def union(kind: str) -> Union[Item, Names]:
    return Names(["a"]) if kind == "names" else Item(name="a", price=1)


@app.get("/hash")
async def hashed() -> dict[str, int]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        value = await loop.run_in_executor(pool, hash, "a")
    return {"hash": value}


@app.get("/guarded")
async def guarded(request: Request) -> dict[str, str]:
    try:
        user = request.state.user
    except AttributeError:
        raise HTTPException(401)
    try:
        body = await request.json()
    except Exception:
        logger.info("no body")
        body = {}
    return {"user": str(user), "body": str(body)}


@app.get("/lookup")
async def lookup(name: str) -> Envelope[Item]:
    try:
        if name == "missing":
            raise HTTPException(404)
        item = Item(name=name, price=1)
    except HTTPException as error:
        logger.info("missing %s", error.detail)
        raise
    except (ValueError, Exception) as error:
        logger.exception("lookup")
        raise HTTPException(500) from error
    return Envelope(data=item)


@app.post("/queue")
async def queue(tasks: BackgroundTasks, settings: Annotated[Settings, Depends()], request: Request) -> dict[str, str]:
    tasks.add_task(logger.info, "%s %s", settings.retries, request.client.host if request.client else "")
    return {}


@app.websocket("/ws")
async def ws(socket: WebSocket) -> None:
    await socket.accept()
    try:
        if socket.query_params.get("t") != "x":
            raise HTTPException(401)
        await socket.send_json({"a": 1})
    except Exception:
        await socket.close(1011)


@app.exception_handler(Exception)
async def any_error(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse({"d": error.detail}, error.status_code)
    return templates.TemplateResponse(request, "500.html", status_code=500)


@app.get("/ids")
async def ids(s: Annotated[AsyncSession, Depends(get_async_session)]) -> list[int]:
    newest = await s.scalars(select(models.Item.id).order_by(models.Item.id).fetch(10))
    return list(newest)


@app.get("/both")
async def both(s: Annotated[AsyncSession, Depends(get_async_session)], client: Annotated[Any, Depends(lambda: None)]) -> list[Any]:
    rows, answer = await asyncio.gather(s.scalars(select(models.Item).limit(5)), client.get("https://x.example"))
    return [list(rows), answer]


app.include_router(router)
