"""Routes of a library, written by several people."""

from enum import Enum
from typing import Annotated, List, Set

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query
from pydantic import BaseModel

books = APIRouter(prefix="/books", tags=["books"])
members = APIRouter(prefix="/members/{member_id}", tags=["members"])
SHELF: dict[int, "Book"] = {}


class Genre(str, Enum):
    novel = "novel"
    poetry = "poetry"


class Book(BaseModel):
    id: int
    title: str
    genre: Genre


class Search(BaseModel):
    words: str = ""
    genre: Genre | None = None


def member(member_id: Annotated[int, Path(ge=1)]) -> int:
    return member_id


@books.get("/{book_id}")
async def read_book(book_id: int) -> Book:
    """One book."""
    if book_id not in SHELF:
        raise HTTPException(status_code=404, detail="No such book")
    return SHELF[book_id]


@books.get("/newest")  # expect: RTE203
async def newest() -> Book:
    """The book that came last."""
    return SHELF[max(SHELF)]


@books.get("/search/by-model")
async def search(filters: Search) -> list[Book]:  # expect: RTE215
    """Books by words and genre."""
    return [book for book in SHELF.values() if filters.words in book.title][:20]


@books.get("/by-genre/some")
async def by_genres(genres: Set[Genre]) -> list[Book]:  # expect: RTE214
    """Books of some genres."""
    return [book for book in SHELF.values() if book.genre in genres][:20]


@books.get("/by-label/any")
async def by_labels(labels: List[str] = []) -> list[Book]:  # expect: RTE214
    """Books with labels."""
    return [book for book in SHELF.values() if book.title in labels][:20]


@books.get("/authors/{author_id}/books")  # expect: RTE201
async def of_author(page: Annotated[int, Query(ge=1)] = 1) -> list[Book]:
    """Books of an author."""
    return list(SHELF.values())[(page - 1) * 20 : page * 20]


@books.get("/loans/recent")
async def recent_loans(loan_id: Annotated[int, Path(gt=0)]) -> list[Book]:  # expect: RTE202
    """Loans of today."""
    return [SHELF[loan_id]]


@members.get("/loans")
async def loans(identity: Annotated[int, Depends(member)]) -> list[Book]:
    """What a member has at home."""
    return [book for book in SHELF.values() if book.id % identity == 0][:50]


@members.get("/fines/{fine_id}")
async def fine(member_id: int, fine_id: int) -> dict[str, int]:
    """One fine."""
    return {"member": member_id, "fine": fine_id}


@members.get("/fines/{number}")  # expect: RTE203
async def fine_again(member_id: int, number: int) -> dict[str, int]:
    """One fine, the newer way."""
    return {"member": member_id, "number": number}


@books.get("/statistics/all")
async def statistics(kind, year: int = 2026) -> dict[str, int]:  # expect: VAL306
    """Counts."""
    return {str(kind): len(SHELF), "year": year}


app = FastAPI(title="Library")
app.include_router(books)
app.include_router(members)


@app.get("/books/{book_id}")  # expect: RTE204
def read_book_v0(book_id: int) -> Book:
    """One book, the old way."""
    return SHELF[book_id]
