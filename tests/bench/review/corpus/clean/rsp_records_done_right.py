"""A record shop in which everything looks like a mistake and is none."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from enum import Enum
from typing import Annotated, Any

import httpx2
from fastapi import Depends, FastAPI, HTTPException, Query, Response, status
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("sqlite:///records.db")
app = FastAPI()


class Base(DeclarativeBase):
    """Tables."""


class Record(Base):
    __tablename__ = "records"
    id: Mapped[int] = mapped_column(primary_key=True)
    artist: Mapped[str]
    sold: Mapped[bool]


class Currency(Base):
    __tablename__ = "currencies"
    code: Mapped[str] = mapped_column(primary_key=True)


class Format(str, Enum):
    vinyl = "vinyl"
    tape = "tape"


class RecordOut(BaseModel):
    id: int
    artist: str


class RecordPatch(BaseModel):
    artist: str | None = None
    sold: bool | None = None


class Position(BaseModel):
    row: int
    column: int


class Paging(BaseModel):
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0)


def get_db() -> Iterator[Session]:
    with Session(engine) as db:
        yield db


Db = Annotated[Session, Depends(get_db)]


@app.get("/records", response_model=list[RecordOut])
def list_records(db: Db, page: Annotated[Paging, Query()]) -> Any:
    statement = select(Record).offset(page.offset)
    return db.scalars(statement.limit(page.limit)).all()  # ok: limited


@app.get("/records/newest", response_model=list[RecordOut])
def newest(db: Db) -> Any:
    return db.query(Record).order_by(Record.id.desc())[:10]  # ok: a slice is a limit


@app.get("/currencies")
def currencies(db: Db) -> list[str]:
    return list(db.scalars(select(Currency.code)).all())  # ok: there are not many currencies


@app.get("/formats")
def formats() -> list[str]:
    return [format.value for format in Format]


@app.get("/records/statistics")
def statistics(db: Db) -> dict[str, int]:
    per_artist = db.execute(select(Record.artist, func.count()).group_by(Record.artist)).all()  # ok: aggregated
    return {artist: count for artist, count in per_artist}


@app.get("/records.csv")
def export_records(db: Db) -> StreamingResponse:
    file = io.StringIO()
    csv.writer(file).writerows([row.id, row.artist] for row in db.scalars(select(Record)))  # ok: an export
    return StreamingResponse(iter([file.getvalue()]), media_type="text/csv")


@app.patch("/records/{record_id}", response_model=RecordOut)
def patch_record(record_id: int, changes: RecordPatch, db: Db) -> Any:
    record = db.get(Record, record_id)
    if record is None:
        return JSONResponse({"error": "not found"}, status_code=status.HTTP_404_NOT_FOUND)  # ok: an error
    for key, value in changes.model_dump(exclude_unset=True).items():
        setattr(record, key, value)
    db.commit()
    return record


@app.patch("/records/{record_id}/position")
def move_record(record_id: int, position: Position) -> dict[str, int]:
    return {"record": record_id} | position.model_dump()  # ok: every field is required


@app.put("/records/{record_id}")
def replace_record(record_id: int, record: RecordOut, db: Db) -> RecordOut:
    db.merge(Record(**record.model_dump(), sold=False))  # ok: PUT replaces
    db.commit()
    return record


@app.delete("/records/{record_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_record(record_id: int, db: Db) -> Response:
    db.delete(db.get_one(Record, record_id))
    db.commit()
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@app.post("/records/search", response_model=list[RecordOut])
def search_records(words: list[str], db: Db) -> Any:
    return db.scalars(select(Record).where(Record.artist.in_(words)).limit(50)).all()


@app.post("/login")
def login(name: str, response: Response) -> dict[str, str]:
    response.set_cookie("name", name)  # ok: merged into what FastAPI makes
    return {"name": name}


@app.post("/logout")
def logout() -> Response:
    response = RedirectResponse("/", status_code=status.HTTP_303_SEE_OTHER)
    response.delete_cookie("name")  # ok: set on what is returned
    return response


@app.get("/cached/{record_id}", response_model=RecordOut)
def read_cached(record_id: int, response: Response, etag: str = "") -> Any:
    if etag == str(record_id):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED)
    response.headers["ETag"] = str(record_id)  # ok: on the way to data
    return {"id": record_id, "artist": "?", "cost": 3}


@app.get("/page", response_class=HTMLResponse)
def page() -> str:
    return f"<script>{json.dumps({'a': 1})}</script>"  # ok: HTML


@app.get("/raw")
def raw() -> Response:
    return Response(json.dumps({"a": 1}), media_type="application/json")  # ok: sent as it is


@app.get("/passed-on")
async def passed_on() -> Any:
    async with httpx2.AsyncClient() as client:
        return (await client.get("https://records.example")).json()  # ok: data


@app.get("/either", response_model=None)
async def either(html: bool = False) -> dict[str, str] | HTMLResponse:  # ok: no model is made of it
    return HTMLResponse("<p>") if html else {"a": "b"}


@app.get("/lines")
async def lines() -> AsyncIterator[RecordOut]:
    yield RecordOut(id=1, artist="?")


@app.get("/health", include_in_schema=False)
async def health():
    return {"status": "ok"}


@app.get("/one/{record_id}")
def read_one(record_id: int, db: Db) -> RecordOut:
    record = db.get(Record, record_id)
    if record is None:
        raise HTTPException(404, "record not found")
    return RecordOut(id=record.id, artist=record.artist)
