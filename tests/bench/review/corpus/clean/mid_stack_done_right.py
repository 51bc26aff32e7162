"""Middleware in the right order, answering by itself, with everything an operator asks for."""

import logging
import time
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from prometheus_client import Counter
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
served = Counter("served", "Requests")
router = APIRouter(prefix="/lists")


def require_key(x_key: str = Header("")) -> str:
    if x_key != "open":
        raise HTTPException(401, "key missing")  # ok: a dependency may raise
    return x_key


def check(request: Request) -> None:
    if "x-tenant" not in request.headers:
        raise HTTPException(400, "tenant missing")


class Tenant(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        try:
            check(request)  # ok: caught below
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, status_code=error.status_code)
        response: Response = await call_next(request)
        return response


class Headers:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-content-type-options", b"nosniff"))
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Retry(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        for attempt in range(3):
            if attempt:
                log.warning("attempt %s", attempt)
            try:
                return await call_next(request)
            except ConnectionError:
                continue
        return Response(status_code=503)


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        start = time.perf_counter()
        request.state.request_id = request.headers.get("x-request-id", uuid4().hex)
        try:
            return await call_next(request)
        finally:
            log.info("%s %.3f", request.state.request_id, time.perf_counter() - start)


@router.get("", dependencies=[Depends(require_key)])
def lists() -> list[str]:
    return []


@router.get("/ready")
def ready() -> dict[str, str]:
    return {"status": "ready"}


@router.get("/live")
def live() -> dict[str, str]:
    return {"status": "live"}


app = FastAPI()
app.include_router(router)
app.add_middleware(Tenant)
app.add_middleware(Retry)


@app.middleware("http")
async def limit(request: Request, call_next):
    served.inc()
    if request.headers.get("x-burst"):
        return JSONResponse({"detail": "too many requests"}, status_code=429)
    return await call_next(request)


app.add_middleware(CORSMiddleware, allow_origins=["https://lists.example"])
app.add_middleware(Timing)
app.add_middleware(Headers)
app.add_middleware(GZipMiddleware, minimum_size=500)
