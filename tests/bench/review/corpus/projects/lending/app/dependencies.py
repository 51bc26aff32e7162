"""Dependencies."""

from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer

from app.config import Settings, get_settings
from app.database import SessionDep
from app.repositories.books import BookRepository
from app.services.books import BookService

bearer = HTTPBearer()


def get_books(session: SessionDep) -> BookRepository:
    """Books in the database."""
    return BookRepository(session)


def get_book_service(books: Annotated[BookRepository, Depends(get_books)]) -> BookService:
    """The service."""
    return BookService(books)


def get_reader(
    credentials: Annotated[object, Depends(bearer)], settings: Annotated[Settings, Depends(get_settings)]
) -> str:
    """Who is reading."""
    try:
        return jwt.decode(credentials.credentials, settings.jwt_key, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError:
        raise HTTPException(401, "Sign in") from None


Service = Annotated[BookService, Depends(get_book_service)]
Reader = Annotated[str, Depends(get_reader)]
