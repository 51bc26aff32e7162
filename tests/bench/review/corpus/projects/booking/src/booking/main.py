from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .api import bookings
from .core import in_pool
from .core.db import engine
from .core.tables import Base


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    Base.metadata.create_all(engine)  # ok: advice only, nobody is served yet
    yield
    await in_pool(engine.dispose)


def create_app() -> FastAPI:
    app = FastAPI(title="booking", lifespan=lifespan)
    app.include_router(bookings.router, prefix="/v1")
    return app


app = create_app()
