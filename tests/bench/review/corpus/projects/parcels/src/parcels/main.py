"""The application."""

import time
from collections.abc import Awaitable, Callable

import uvicorn
from fastapi import FastAPI, Request, Response

from parcels.api import account, parcels
from parcels.core.config import get_settings


def create_app() -> FastAPI:
    made = FastAPI(title="Parcels", debug=get_settings().debug)
    made.include_router(account.router)
    made.include_router(parcels.router)
    made.include_router(parcels.couriers)
    return made


app = create_app()


@app.middleware("http")
async def timed(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    start = time.perf_counter()
    answer = await call_next(request)
    answer.headers["X-Time"] = f"{time.perf_counter() - start:.3f}"
    return answer


if __name__ == "__main__":
    uvicorn.run(app, workers=2)  # expect: CFG503
