"""An outbox: work after the response, with everything of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated

import httpx2
from fastapi import BackgroundTasks, Depends, FastAPI, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from sqlmodel import Field, Session, SQLModel, create_engine, select
from starlette.background import BackgroundTask

engine = create_engine("sqlite:///outbox.db")
stopping = threading.Event()


class Mail(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    address: str


def collect() -> None:
    while not stopping.wait(60):
        with Session(engine) as session:
            session.exec(select(Mail).limit(100)).all()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker = threading.Thread(target=collect, daemon=True)  # ok: one worker for the application
    worker.start()
    async with httpx2.AsyncClient() as client:
        app.state.http = client
        yield
    stopping.set()
    worker.join()


app = FastAPI(lifespan=lifespan)


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def get_http(request: Request) -> httpx2.AsyncClient:
    return request.app.state.http


def deliver(mail_id: int) -> None:
    with Session(engine) as session:
        session.get(Mail, mail_id)


def store(name: str, content: bytes) -> None:
    print(name, len(content))


async def notify(client: httpx2.AsyncClient, url: str) -> None:
    await client.post(url)


def make_tasks(mail_id: int) -> BackgroundTasks:
    tasks = BackgroundTasks()  # ok: whoever calls this attaches them
    tasks.add_task(deliver, mail_id)
    return tasks


@app.post("/mails", status_code=201)
def create_mail(
    mail: Mail, session: Annotated[Session, Depends(get_session)], tasks: BackgroundTasks
) -> Mail:
    session.add(mail)
    session.commit()
    session.refresh(mail)
    tasks.add_task(deliver, mail.id)  # ok: the id, not the session
    return mail


@app.post("/files")
async def upload(file: UploadFile, request: Request, tasks: BackgroundTasks) -> dict[str, str]:
    content = await file.read(1_000_000)
    tasks.add_task(store, file.filename or "", content)  # ok: plain values
    tasks.add_task(print, request.url.path)
    return {}


@app.post("/hooks")
async def hook(client: Annotated[httpx2.AsyncClient, Depends(get_http)], tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(notify, client, "https://hooks.example")  # ok: the application's client
    return {}


@app.post("/mails/{mail_id}/again")
def again(mail_id: int) -> Response:
    return JSONResponse({}, background=make_tasks(mail_id))


@app.post("/mails/{mail_id}/once")
def once(mail_id: int) -> Response:
    answer = Response(status_code=202)
    answer.background = BackgroundTask(partial(deliver, mail_id))  # ok: attached
    return answer


@app.get("/digest")
async def digest() -> dict[str, int]:
    with ThreadPoolExecutor() as pool:
        loop = asyncio.get_running_loop()
        first = loop.run_in_executor(pool, len, "first")  # ok: awaited below
        second = pool.submit(len, "second")
        return {"first": await first, "second": await asyncio.wrap_future(second)}


async def flush() -> None:
    tasks = BackgroundTasks()
    tasks.add_task(deliver, 1)
    await tasks()  # ok: run by hand
