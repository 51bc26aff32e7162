"""A news feed: streams, sockets, middleware, error handlers, events and background work that block."""

import csv
import json
import os.path
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pandas as pd
from argon2 import PasswordHasher
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse
from pymongo import MongoClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session, sessionmaker

app = FastAPI()
db = scoped_session(sessionmaker(bind=create_engine("sqlite:///feed.db")))
posts = MongoClient("mongodb://feed").news.posts
hasher = PasswordHasher()
STATE = Path("/var/lib/feed/state.json")


class Broken(Exception):
    """The feed cannot be read."""


def read_state() -> dict[str, str]:
    return json.loads(STATE.read_text())


def page_of(number: int) -> list[dict[str, str]]:
    return list(posts.find().skip(number * 10).limit(10))


async def lines() -> AsyncGenerator[str, None]:
    with open("feed.csv", newline="") as source:  # expect: ASY103
        for row in csv.reader(source):
            time.sleep(0.05)  # expect: ASY102
            yield ";".join(row)


@app.get("/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse(lines())


@app.get("/pages/{number}")
async def page(number: int) -> list[dict[str, str]]:
    return page_of(number)  # expect: ASY106


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        newest = posts.find_one(sort=[("_id", -1)])  # expect: ASY105
        await socket.send_json(newest)
        time.sleep(5)  # expect: ASY102


@app.middleware("http")
async def remember(request: Request, call_next):
    db.execute(text("insert into visits values (1)"))  # expect: ASY105
    db.commit()  # expect: ASY105
    return await call_next(request)


@app.exception_handler(Broken)
async def broken(request: Request, error: Broken) -> JSONResponse:
    with tempfile.NamedTemporaryFile(delete=False) as dump:  # expect: ASY103
        dump.write(b"broken")
    return JSONResponse({"detail": "broken"}, status_code=503)


async def rebuild(name: str) -> None:
    subprocess.check_call(["feed-build", name])  # expect: ASY104


@app.post("/rebuild", status_code=202)
async def start_rebuild(name: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(rebuild, name)
    state = read_state()  # expect: ASY106
    return state


@app.get("/report")
async def report() -> dict[str, int]:
    frame = pd.read_csv("feed.csv")  # expect: ASY107
    if not os.path.isfile("report.csv"):  # expect: ASY103
        frame.to_csv("report.csv")  # expect: ASY107
    return {"rows": len(frame)}


@app.post("/token")
async def token(password: str) -> bool:  # expect: SEC615
    return hasher.verify("$argon2id$v=19", password)  # expect: ASY107
