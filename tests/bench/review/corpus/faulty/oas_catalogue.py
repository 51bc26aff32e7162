"""A catalogue whose document leaves readers guessing."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel, Field

app = FastAPI(title="catalogue")  # expect: RTE220
books = APIRouter(prefix="/books", tags=["books"])
films = APIRouter(prefix="/films")


class Book(BaseModel):
    title: str
    pages: int = Field(gt=0)


def shelf_of(book: Book, width=80) -> int:  # expect: OAS504
    """The shelf a book belongs on."""
    return book.pages // width


def search(text: Annotated[str, Query(max_length=80)] = "") -> str:
    return text


@books.get("", summary="All books")
def list_books(text: Annotated[str, Depends(search)]) -> list[Book]:
    return [Book(title=text, pages=1)]


@books.post("", response_model=Book)
def add_book(book: Book):  # expect: OAS501
    return book


@books.get("/{title}")
def read_book(title: str):  # expect: OAS504
    """One book by its title."""
    return Book(title=title, pages=10)


@books.delete("/{title}", status_code=204, description="Gone for good.")
def burn(title: str):  # ok: nothing is returned
    print(title)


@films.get("")  # expect: OAS502
def list_films() -> list[str]:
    """All films."""
    return []


@films.get("/{number}", tags=["films"])
def read_film(number: int) -> str:
    """One film."""
    return str(number)


@app.get("/about", include_in_schema=False)
def about() -> str:  # ok: stands in no document
    return "a catalogue"


app.include_router(books)
app.include_router(films)
