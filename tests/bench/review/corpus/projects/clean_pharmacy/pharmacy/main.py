"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from .db import engine
from .routes import drugs


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    with engine.connect():
        yield
    engine.dispose()


api = APIRouter(prefix="/v1")
api.include_router(drugs.router)


def create_app(origins: tuple[str, ...] = ("https://pharmacy.example",)) -> FastAPI:
    app = FastAPI(title="Pharmacy", lifespan=lifespan)
    app.add_middleware(GZipMiddleware)
    app.add_middleware(CORSMiddleware, allow_origins=list(origins), allow_credentials=True, allow_methods=["*"])
    app.include_router(api)
    return app


app = create_app()
