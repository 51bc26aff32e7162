"""A depot: helpers, aliases and wrappers around what blocks."""

import asyncio
import functools
import subprocess as proc
import urllib.request as web
from collections import defaultdict
from typing import Annotated as A

import httpx as hx
import sqlalchemy as sa
from fastapi import APIRouter as Router, BackgroundTasks as Tasks, Depends as Needs, FastAPI, HTTPException as Problem
from fastapi import Request, Response, status as st
from fastapi.responses import JSONResponse as Json
from pydantic import BaseModel as Model, Field
from sqlalchemy.orm import Session as Db, sessionmaker
from starlette.concurrency import run_in_threadpool as threaded
from time import sleep as nap

engine = sa.create_engine("sqlite:///depot.db")
Make = sessionmaker(engine)
hits: defaultdict[str, int] = defaultdict(int)
api = Router(prefix="/v1/depot", tags=["depot"])


class Pallet(Model):
    """A pallet."""

    code: str = Field(description="Code")
    weight: float = Field(default=1, gt=0, description="Weight")


def retry(times: int):
    def decorate(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            for _ in range(times):
                try:
                    return function(*args, **kwargs)
                except OSError:
                    nap(1)
            raise Problem(503)

        return inner

    return decorate


@retry(3)
def label(code: str) -> bytes:
    with web.urlopen(f"https://labels.example/{code}", timeout=5) as page:
        return page.read()


def db():
    with Make() as session:
        yield session


@api.get("/pallets/{code}/label")
async def read_label(code: str) -> Response:
    """A label."""
    return Response(label(code), media_type="image/png")  # expect: ASY106


@api.get("/pallets/{code}/label/later")
async def read_label_later(code: str) -> Response:
    """A label."""
    return Response(await threaded(label, code), media_type="image/png")


@api.post("/pallets", status_code=st.HTTP_201_CREATED)
async def add(pallet: Pallet, session: A[Db, Needs(db)], tasks: Tasks) -> Pallet:
    """Adds a pallet."""
    session.execute(sa.text("INSERT INTO pallets (code) VALUES (:code)"), {"code": pallet.code})  # expect: ASY105
    session.commit()  # expect: ASY105
    tasks.add_task(count, session, pallet.code)  # expect: BGT903
    hits[pallet.code] += 1  # expect: DIN512
    return pallet


def count(session: Db, code: str) -> None:
    session.execute(sa.text("UPDATE counts SET n = n + 1 WHERE code = :code"), {"code": code})


@api.get("/scan")
async def scan(device: str) -> dict[str, int]:
    """Scans."""
    done = proc.run(f"scan --device {device}", shell=True, check=False)  # expect: ASY104, SEC603
    return {"code": done.returncode}


@api.get("/gates")
async def gates(request: Request) -> list[str]:
    """Gates."""
    async with hx.AsyncClient() as client:
        pages = await asyncio.gather(*(client.get(f"https://gate{n}.example") for n in range(3)))
    first = hx.get("https://gate.example")  # expect: ASY101
    return [page.text for page in pages] + [first.text]


@api.get("/fail")
def fail(code: str) -> Json:
    """Fails."""
    if not code:
        return Problem(st.HTTP_400_BAD_REQUEST, "no code")  # expect: RSP408
    try:
        return Json({"size": len(label(code))})
    except Exception as problem:
        return Json({"detail": repr(problem)}, 500)  # expect: SEC617


app = FastAPI()
app.include_router(api)
