"""Middleware that is right."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pydantic_settings import BaseSettings

log = logging.getLogger(__name__)


class Settings(BaseSettings):
    origins: list[str] = ["https://app.example"]
    session_key: str
    debug: bool = False


settings = Settings()


class KeyCheck(BaseHTTPMiddleware):
    """Only known keys come in."""

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if "x-key" not in request.headers:
            return JSONResponse({"detail": "key missing"}, status_code=401)
        try:
            return await call_next(request)
        except TimeoutError:
            log.exception("timed out")
            return JSONResponse({"detail": "too slow"}, status_code=504)


class RawHeader:
    """Pure ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-content-type-options", b"nosniff"))
            await send(message)

        await self.app(scope, receive, sender)


def check_quota(request: Request) -> None:
    """Not a middleware: a dependency may raise."""
    if request.headers.get("x-quota") == "0":
        raise HTTPException(429, "Quota used up")


app = FastAPI(title="Middleware", debug=settings.debug)
app.add_middleware(KeyCheck)
app.add_middleware(RawHeader)
app.add_middleware(SessionMiddleware, secret_key=settings.session_key, https_only=True, same_site="lax")


@app.middleware("http")
async def timing(request: Request, call_next):
    started = time.perf_counter()
    request.state.id = uuid.uuid4().hex
    response = await call_next(request)
    response.headers["x-elapsed"] = str(time.perf_counter() - started)
    return response


app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.origins,
    allow_origin_regex=r"https://.*\.app\.example",
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)
app.add_middleware(GZipMiddleware, minimum_size=500)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, exc: RequestValidationError) -> JSONResponse:
    fields = [".".join(str(part) for part in error["loc"]) for error in exc.errors()]
    return JSONResponse({"detail": "invalid", "fields": fields}, status_code=422)


@app.exception_handler(HTTPException)
async def problem(request: Request, exc: HTTPException):
    body = {"title": exc.detail, "status": exc.status_code}
    return JSONResponse(body, exc.status_code, headers=exc.headers)


@app.get("/v1/me", tags=["me"])
async def me(request: Request) -> dict[str, str]:
    """The id of this request."""
    return {"id": request.state.id}


public = FastAPI(title="Public")
public.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])


@public.get("/v1/status", tags=["status"])
async def status() -> dict[str, str]:
    """Status."""
    return {"status": "ok"}


app.mount("/public", public)
