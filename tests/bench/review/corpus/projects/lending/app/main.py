"""The application."""

from fastapi import FastAPI

from app.api import books, catalogue, loans

app = FastAPI(title="Library")
app.include_router(books.router, prefix="/v1/books", tags=["books"])
app.include_router(catalogue.router, prefix="/v1", tags=["catalogue"])
app.include_router(loans.router, prefix="/v1")
