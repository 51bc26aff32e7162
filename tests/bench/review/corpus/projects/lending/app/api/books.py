"""Books over HTTP."""

from fastapi import APIRouter, HTTPException

from app.dependencies import Service, get_reader
from app.schemas import BookOut, ReaderOut
from app.services.covers import cover_size

router = APIRouter()


@router.get("/{book_id}", response_model=BookOut)
async def read_book(book_id: int, service: Service):
    """One book."""
    book = service.find(book_id)  # expect: ASY106
    if book is None:
        raise HTTPException(404, "No such book")
    return book


@router.get("/{book_id}/cover")
async def read_cover(book_id: int, service: Service) -> str:
    """Cover of a book."""
    return service.cover(book_id)  # expect: ASY106


@router.get("/{book_id}/cover/size")
async def read_cover_size(book_id: int) -> int:
    """Size of a cover."""
    return cover_size(book_id)  # expect: ASY110


@router.get("", response_model=list[BookOut])
def list_books(service: Service):
    """All books."""
    return service.everything()  # expect: RSP415


@router.get("/{book_id}/owner")
def owner(book_id: int, service: Service):
    """The table row."""
    return service.find(book_id)  # expect: RSP404


@router.get("/{book_id}/reader", response_model=ReaderOut)  # expect: RSP405
def reader(book_id: int):
    """Who has it."""
    return ReaderOut(name=get_reader(), pin_hash="", hashed_password="")  # expect: DIN509
