"""A reporting service that trusts what it is told: SQL, commands, and code from the request."""

import asyncio
import json
import marshal
import os
import pickle as pkl
import subprocess as sp
from dataclasses import dataclass
from typing import Annotated, Any

import fastapi as fa
import sqlalchemy as sa
import yaml
from fastapi import Body, Depends, Header, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session, sessionmaker

make_session = sessionmaker(sa.create_engine("sqlite://"))
router = fa.APIRouter(prefix="/reports")


class Filter(BaseModel):
    column: str
    value: str = ""
    size: int = Field(default=20, le=100)


class Job(BaseModel):
    name: str
    script: str
    options: dict[str, str] = {}


@dataclass
class Window:
    since: str
    until: str


def get_session():
    with make_session() as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


class Reports:
    """Everything about stored reports."""

    def __init__(self, session: Db) -> None:
        self.session = session

    def by_owner(self, owner: str) -> list[Any]:
        query = "SELECT id, title FROM reports WHERE owner = '" + owner + "'"
        return list(self.session.execute(sa.text(query)))  # expect: SEC602

    def newest(self, amount: int) -> list[Any]:
        return list(self.session.execute(sa.text(f"SELECT id FROM reports LIMIT {amount}")))  # ok: a number


@router.get("/mine")
def mine(owner: str, reports: Annotated[Reports, Depends()]) -> list[int]:
    return [row.id for row in reports.by_owner(owner)] + [row.id for row in reports.newest(5)]


@router.post("/filter")
def filtered(wanted: Filter, session: Db) -> list[int]:
    statement = sa.text("SELECT id FROM reports WHERE %s = :value" % wanted.column)  # expect: SEC602
    return list(session.scalars(statement, {"value": wanted.value}))


@router.get("/window")
def window(session: Db, window: Annotated[Window, Depends()]) -> list[int]:
    sql = "SELECT id FROM reports"
    if window.since:
        sql += f" WHERE made >= '{window.since}'"
    return list(session.connection().exec_driver_sql(sql).scalars())  # expect: RSP415, SEC602


@router.get("/sorted")
async def sorted_reports(request: fa.Request) -> list[int]:
    order = request.query_params.get("order", "id")
    pool = request.app.state.pool
    rows = await pool.fetch("SELECT id FROM reports ORDER BY {}".format(order))  # expect: SEC602
    return [row["id"] for row in rows]


@router.post("/render/{name}")
def render(name: str, paper: Annotated[str, Query()] = "a4") -> int:
    command = f"wkhtmltopdf --page-size {paper} report.html out.pdf"
    return os.system(command)  # expect: SEC603


@router.post("/convert")
async def convert(job: Job) -> int | None:
    process = await asyncio.create_subprocess_shell("convert " + job.name)  # expect: SEC603
    await process.wait()
    return process.returncode


@router.post("/run")
def run(tool: Annotated[str, Body(embed=True)]) -> int:
    return sp.run(["bash", "-c", tool], check=False, timeout=5).returncode  # expect: SEC603


@router.post("/popen")
def start(x_program: Annotated[str, Header()]) -> int:
    return sp.Popen(args=f"{x_program} --daemon", shell=True).pid  # expect: SEC603


def compact(folder, level):
    sp.check_call("gzip -%s %s" % (level, folder), shell=True)  # expect: SEC603


@router.post("/compact")
def compact_all() -> None:
    compact("/var/reports", 9)


@router.post("/formula")
def formula(expression: str = fa.Form()) -> float:
    return float(eval(expression, {"__builtins__": {}}))  # expect: SEC604


@router.post("/jobs")
def jobs(job: Job) -> str:
    scope: dict[str, object] = {}
    exec(compile(job.script, job.name, "exec"), scope)  # expect: SEC604
    return str(scope.get("result"))


@router.post("/state")
async def state(upload: fa.UploadFile) -> int:
    return len(pkl.loads(await upload.read(100_000)))  # expect: SEC604


@router.post("/bytecode")
async def bytecode(request: fa.Request) -> bool:
    raw = await request.body()
    return bool(marshal.loads(raw))  # expect: SEC604


@router.post("/settings")
def settings(text: Annotated[str, Body(media_type="text/plain")]) -> list[str]:
    parsed = yaml.load(text, yaml.FullLoader)  # expect: SEC604
    return list(json.loads(json.dumps(parsed)))


app = fa.FastAPI()
app.include_router(router)
