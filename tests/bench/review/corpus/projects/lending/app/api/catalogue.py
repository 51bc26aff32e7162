"""Special lists of books."""

from fastapi import APIRouter

from app.dependencies import Service
from app.schemas import BookOut

router = APIRouter(prefix="/books")


@router.get("/popular", response_model=BookOut)  # expect: RTE203
def popular(service: Service):
    """The most popular book."""
    return service.find(1)


@router.get("/{number}/cover")  # expect: RTE203
def cover(number: int, service: Service) -> str:
    """Cover of a book."""
    return service.cover(number)
