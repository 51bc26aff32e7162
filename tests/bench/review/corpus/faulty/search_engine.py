"""Full text search over the document store. Written against raw drivers."""

import pickle
import sqlite3
import subprocess
from typing import Annotated, Literal

import yaml
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///documents.db")
router = APIRouter(prefix="/v1/search", tags=["search"])
COLUMNS = {"title": "title", "date": "published_at"}


async def connection():
    async with engine.connect() as conn:
        yield conn


Connection = Annotated[AsyncConnection, Depends(connection)]


@router.get("")
async def search(conn: Connection, q: str, sort: str = "title", limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[str]:
    """Titles that match."""
    order = COLUMNS.get(sort, "title")
    statement = f"SELECT title FROM documents WHERE body LIKE '%{q}%' ORDER BY {order} LIMIT {limit}"
    rows = await conn.execute(text(statement))  # expect: SEC602
    return [row.title for row in rows]


@router.get("/counts/{kind}")
def counts(kind: str) -> int:
    """How many documents of a kind there are."""
    with sqlite3.connect("documents.db") as database:
        cursor = database.cursor()
        cursor.execute("SELECT count(*) FROM documents WHERE kind = '%s'" % kind)  # expect: SEC602
        return cursor.fetchone()[0]


@router.get("/sorted")
async def sorted_titles(conn: Connection, direction: Literal["asc", "desc"] = "asc") -> list[str]:
    """Titles in order."""
    rows = await conn.execute(text(f"SELECT title FROM documents ORDER BY title {direction} LIMIT 50"))
    return [row.title for row in rows]


@router.post("/restore", status_code=202)
async def restore(request: Request) -> dict[str, int]:
    """Restores a saved search."""
    saved = pickle.loads(await request.body())  # expect: SEC604
    return {"terms": len(saved)}


@router.post("/rules")
def rules(document: Annotated[str, Body(media_type="application/yaml")]) -> dict[str, int]:
    """Reads ranking rules."""
    parsed = yaml.load(document, Loader=yaml.Loader)  # expect: SEC604
    return {"rules": len(parsed)}


@router.get("/score")
def score(expression: str) -> float:
    """Tries a ranking expression."""
    return float(eval(expression, {"__builtins__": {}}))  # expect: SEC604


@router.get("/page", response_class=HTMLResponse)
def page(q: str = "") -> HTMLResponse:
    """The search page."""
    body = "<form><input name=q value='{}'></form>".format(q)
    return HTMLResponse("<html><body>" + body + "</body></html>")  # expect: SEC608


@router.post("/reindex/{index}", status_code=202)
def reindex(index: str, options: Annotated[dict, Body()]) -> dict[str, str]:  # expect: VAL301
    """Builds an index again."""
    command = "indexer --name " + index
    if options.get("fast"):
        command += " --fast"
    output = subprocess.getoutput(command)  # expect: SEC603
    if not output:
        raise HTTPException(502, "indexer is silent")
    return {"index": index}


app = FastAPI(title="Search")
app.include_router(router)
