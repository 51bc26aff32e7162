"""Reports made with care: bound values, fixed commands, data that stays data."""

import ast
import json
import pickle
import shlex
import subprocess
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
import yaml
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Path, Query, UploadFile
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

make_session = sessionmaker(sa.create_engine("sqlite://"))
router = APIRouter(prefix="/reports")
TABLES = {"sales": "report_sales", "stock": "report_stock"}
SORTABLE = frozenset({"id", "title", "made"})
MODEL_FILE = FilePath(__file__).with_name("model.pkl")
YEAR = 2026


class Base(DeclarativeBase):
    """Tables."""


class Report(Base):
    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Direction(StrEnum):
    up = "ASC"
    down = "DESC"


class Filter(BaseModel):
    column: Literal["title", "owner"]
    value: str
    label: str = Field(pattern=r"^[a-z_]{1,20}$")
    table: str = "sales"

    @field_validator("table")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in TABLES:
            raise ValueError("unknown table")
        return value


def get_session():
    with make_session() as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


def column(sort: str = "id") -> str:
    if sort not in SORTABLE:
        raise HTTPException(422, "cannot sort by that")
    return sort


@router.post("/filter")
def filtered(wanted: Filter, session: Db) -> list[int]:
    statement = sa.text(f"SELECT id AS {wanted.label} FROM {wanted.table} WHERE {wanted.column} = :value")
    return list(session.scalars(statement, {"value": wanted.value}))


@router.get("/sorted")
def sorted_reports(session: Db, by: Annotated[str, Depends(column)], way: Direction = Direction.up) -> list[int]:
    return list(session.scalars(sa.text(f"SELECT id FROM reports ORDER BY {by} {way.value} LIMIT 100")))


@router.get("/search")
def search(session: Db, word: str, table: str = "sales", limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[int]:
    pattern = f"%{word}%"
    found = session.scalars(sa.select(Report.id).where(Report.title.like(pattern)).limit(limit))
    name = TABLES.get(table, "report_sales")
    more = session.execute(sa.text(f"SELECT id FROM {name} WHERE title LIKE :word"), {"word": pattern})
    return [*found, *(row.id for row in more)]


@router.get("/in/{ids}")
def several(ids: Annotated[str, Path(pattern=r"^\d+(,\d+)*$")], session: Db) -> list[int]:
    return list(session.scalars(sa.text(f"SELECT id FROM reports WHERE id IN ({ids})")))


@router.get("/of/{owner}")
def of_owner(owner: UUID, session: Db) -> list[int]:
    return list(session.scalars(sa.text(f"SELECT id FROM reports WHERE owner = '{owner}' AND year = {YEAR}")))


@router.post("/render")
def render(title: Annotated[str, Form()], paper: Literal["a4", "letter"] = "a4") -> int:
    subprocess.run(["wkhtmltopdf", "--page-size", paper, "--title", title, "r.html"], check=True, timeout=30)
    subprocess.run(f"notify-send {shlex.quote(title)}", shell=True, check=False, timeout=5)
    return subprocess.run("sync && echo done", shell=True, check=True, timeout=5).returncode


@router.post("/settings")
def settings(upload: UploadFile) -> list[str]:
    text = upload.file.read(65_536)
    return [*yaml.safe_load(text), *yaml.load(text, Loader=yaml.CSafeLoader), *json.loads(text)]


@router.post("/formula")
def formula(expression: Annotated[str, Form(max_length=50)]) -> float:
    return float(ast.literal_eval(expression))


@router.get("/forecast")
def forecast(month: int) -> float:
    model = pickle.loads(MODEL_FILE.read_bytes())
    return float(model.predict(month))


@router.get("/words")
def words(word: str) -> str:
    log = f"select {word} from the list of words"
    return f"insert {word} here: {log}"


app = FastAPI()
app.include_router(router)
