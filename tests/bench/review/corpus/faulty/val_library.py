"""A public library's catalogue with paging of its own kinds."""

from collections.abc import Mapping
from typing import Annotated, Any, Optional

import orjson
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import Request as StarletteRequest

app = FastAPI()
BOOKS: dict[int, dict[str, Any]] = {}


class Page(BaseModel):
    page: int = 1  # expect: VAL304
    size: int = Field(default=20, ge=1)  # expect: VAL304


class Window:
    def __init__(self, skip: int = Query(0, ge=0), take: int = 10) -> None:  # expect: VAL304
        self.skip, self.take = skip, take


class Review(BaseModel):
    stars: int
    text: Optional[str] = Field(max_length=500)  # expect: VAL303
    approved: bool = False


class Patron(BaseModel):
    name: str
    is_staff: bool = False  # expect: VAL305


async def posted(request: Request) -> Any:
    return orjson.loads(await request.body())  # expect: VAL302


def recent(limit: int = 500, unit: str = "days") -> int:  # expect: VAL304
    found = []
    while len(found) < limit:
        found.append(unit)
    return len(found)


@app.get("/books")
def list_books(paging: Annotated[Page, Query()], window: Window = Depends()) -> list[int]:
    return [paging.page, paging.size, window.skip, window.take]


@app.get("/books/recent")
def recent_books(count: int = Depends(recent)) -> int:
    return count


@app.get("/books/shelf")
def shelf(pageSize: int = 30, page_number: int = 1) -> int:  # expect: VAL304
    return pageSize * page_number


@app.patch("/books/{book_id}")
def patch_book(book_id: int, changes: Mapping[str, object]) -> None:  # expect: VAL301
    if "title" in changes:
        BOOKS[book_id].update(changes)  # expect: VAL305


@app.post("/books/{book_id}/reviews")
def review(book_id: int, given: Review) -> int:
    return BOOKS[book_id].setdefault("stars", given.stars)


@app.post("/patrons")
def enrol(patron: Patron) -> dict[str, Any]:
    record = {"id": len(BOOKS), "name": patron.name, **patron.model_dump()}
    BOOKS[len(BOOKS)] = record  # expect: DIN512
    return {"id": record["id"]}


@app.post("/loans")
async def lend(req: StarletteRequest):
    try:
        loan = await req.json()  # expect: VAL302
    except ValueError as error:
        raise HTTPException(400) from error
    return JSONResponse({"book": loan["book"]})


@app.post("/notes")
async def note(request: Request) -> str:
    form = await request.form()  # expect: VAL302
    return str(form["text"])


@app.post("/labels")
def label(data: Annotated[dict, Depends(posted)]) -> str:
    return str(data["label"])


@app.get("/search/{shelf}")
def search(shelf, q, exact=False):  # expect: VAL306
    return [shelf, q, exact]
