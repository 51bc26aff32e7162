"""Rows of books."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Book


class BookRepository:
    """Books in the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, book_id: int) -> Book | None:
        """One book."""
        return self._session.get(Book, book_id)

    def list(self) -> list[Book]:
        """All books."""
        return list(self._session.scalars(select(Book)))

    def page(self, offset: int, limit: int) -> list[Book]:
        """Some books."""
        return list(self._session.scalars(select(Book).offset(offset).limit(limit)))
