"""What can be done with books."""

from app.models import Book
from app.repositories.books import BookRepository
from app.services import covers


class BookService:
    """Books and their covers."""

    def __init__(self, books: BookRepository) -> None:
        self.books = books

    def find(self, book_id: int) -> Book | None:
        """One book."""
        return self.books.get(book_id)

    def everything(self) -> list[Book]:
        """All books."""
        return self.books.list()

    def cover(self, book_id: int) -> str:
        """Address of a cover."""
        return covers.cover_url(book_id)
