"""Books over HTTP."""

from fastapi.testclient import TestClient

from app.database import SessionLocal
from app.main import app
from app.services.books import BookService


class FakeBooks:
    """No books at all."""

    def get(self, book_id: int) -> None:
        return None


def test_nothing_is_there():
    app.dependency_overrides[BookService] = lambda: BookService(FakeBooks())  # expect: TST302
    try:
        client = TestClient(app)
        assert client.get("/v1/books/1").status_code == 404
    finally:
        app.dependency_overrides.clear()


def test_cover(monkeypatch):
    monkeypatch.setattr("app.dependencies.get_books", lambda session: FakeBooks())  # expect: TST307
    assert TestClient(app).get("/v1/books/1").status_code == 404


def test_sessions_open():
    with SessionLocal() as session:
        assert session.is_active
