"""A library: its application, and what it opens when it starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.routes import health, loans


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.catalogue = {"1": "Emma"}
    yield
    app.state.catalogue.clear()


def create_app() -> FastAPI:
    made = FastAPI(title="Library", lifespan=lifespan)
    made.include_router(loans)
    made.include_router(health, prefix="/internal")
    return made


app = FastAPI(title="Library", lifespan=lifespan)
app.include_router(loans)
app.include_router(health, prefix="/internal")
