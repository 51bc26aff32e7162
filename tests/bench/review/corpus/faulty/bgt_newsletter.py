"""A newsletter that sends later, never, or with a session that is closed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, File, Request, UploadFile
from fastapi.responses import JSONResponse
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.background import BackgroundTask, BackgroundTasks as Tasks

engine = create_engine("sqlite:///news.db")
make_session = sessionmaker(engine)
router = APIRouter(prefix="/news")
executor = ThreadPoolExecutor(2)


def get_db():
    with make_session() as db:
        yield db


def get_raw():
    connection = engine.raw_connection()
    try:
        yield connection
    finally:
        connection.close()


SessionDep = Annotated[Session, Depends(get_db)]


def send(address: str, text: str = "") -> None:
    print(address, text)


def log(db: Session, text: str) -> None:
    db.commit()
    print(text)


def read_upload(file: UploadFile) -> None:
    print(file.filename)


class Sender:
    def __init__(self, db: Session = Depends(get_db)) -> None:
        self.db = db

    def send_all(self) -> None:
        self.db.commit()


@router.post("/subscribers", status_code=201)
def subscribe(address: str, db: SessionDep) -> dict[str, str]:
    tasks = BackgroundTasks()  # expect: BGT905
    tasks.add_task(send, address)
    db.commit()
    return {"address": address}


@router.post("/confirmations")
def confirm(address: str) -> JSONResponse:
    later = Tasks([BackgroundTask(send, address)])  # expect: BGT905
    later.add_task(send, address, text="confirmed")
    return JSONResponse({"address": address})


@router.post("/issues", status_code=202)
def publish(text: str, tasks: BackgroundTasks, db: SessionDep) -> dict[str, str]:
    tasks.add_task(log, db=db, text=text)  # expect: BGT903
    return {"text": text}


@router.post("/imports", status_code=202)
def import_addresses(tasks: BackgroundTasks, file: UploadFile = File(...)) -> dict[str, str]:
    tasks.add_task(read_upload, file)  # expect: BGT903
    return {}


@router.post("/all", status_code=202)
def send_all(tasks: BackgroundTasks, sender: Sender = Depends()) -> dict[str, str]:
    tasks.add_task(sender.send_all)  # expect: BGT903
    return {}


@router.post("/counts")
def count(request: Request, tasks: BackgroundTasks, raw=Depends(get_raw)) -> dict[str, str]:
    def work() -> None:
        raw.commit()

    tasks.add_task(work)  # expect: BGT903
    tasks.add_task(partial(print, request))  # expect: BGT903
    return {}


@router.post("/previews")
def preview(address: str) -> dict[str, str]:
    worker = threading.Thread(target=send, args=(address,))  # expect: BGT901
    worker.daemon = True
    worker.start()
    return {}


@router.post("/tests")
async def try_it(address: str) -> dict[str, str]:
    executor.submit(send, address)  # expect: BGT901
    threading.Timer(30, send, (address,)).start()  # expect: BGT901
    return {}


app = FastAPI()
app.include_router(router)
