"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response

from tram import routes
from tram.store import cache


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    cache.ping()
    yield
    cache.close()


class Rate(BaseHTTPMiddleware):
    """Counts requests."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        count = cache.incr(request.client.host if request.client else "")  # expect: ASY105
        if int(count) > 100:
            raise HTTPException(429)  # expect: MID804
        return await call_next(request)


app = FastAPI(lifespan=lifespan)
app.add_middleware(Rate)
app.include_router(routes.router, tags=["stops"])
app.include_router(routes.internal)
