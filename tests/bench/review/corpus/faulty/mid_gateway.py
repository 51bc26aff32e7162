"""A gateway whose middleware refuses in all the wrong ways."""

import time
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.types import ASGIApp, Receive, Scope, Send

ALLOWED = {"web", "mobile"}
router = APIRouter(prefix="/orders")


class QuotaExceeded(HTTPException):
    def __init__(self) -> None:
        super().__init__(status_code=429, detail="slow down")


def tenant_of(request: Request) -> str:
    tenant = request.headers.get("x-tenant", "")
    if tenant not in ALLOWED:
        raise HTTPException(status_code=HTTPStatus.FORBIDDEN, detail="unknown tenant")
    return tenant


async def quota_of(tenant: str) -> int:
    return len(tenant)


class TenantMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        tenant = tenant_of(request)  # expect: MID804
        if await quota_of(tenant) > 100:
            raise QuotaExceeded  # expect: MID804
        return await call_next(request)


class BodyLimit:
    """Plain ASGI."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", []))
        if int(headers.get(b"content-length", b"0")) > self.most:
            raise StarletteHTTPException(status.HTTP_413_CONTENT_TOO_LARGE)  # expect: MID804
        await self.app(scope, receive, send)


class HeaderBackend(AuthenticationBackend):
    async def authenticate(self, conn):
        name = conn.headers.get("x-user")
        if name is None:
            raise HTTPException(401, "who are you?")  # expect: MID804
        return AuthCredentials(["signed-in"]), SimpleUser(name)


class Maintenance(BaseHTTPMiddleware):
    def __init__(self, app: ASGIApp, closed: bool = False) -> None:
        super().__init__(app)
        self.closed = closed

    async def dispatch(self, request: Request, call_next):
        if self.closed and not request.url.path.startswith("/status"):
            return self.refusal()
        return await call_next(request)

    def refusal(self) -> JSONResponse:
        return JSONResponse({"detail": "closed"}, status_code=503)


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):  # expect: MID805
        start = time.perf_counter()
        response = await call_next(request)
        response.headers["x-elapsed"] = f"{time.perf_counter() - start:.3f}"


class Logged(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):  # expect: MID805
        try:
            response = await call_next(request)
        except TimeoutError:
            print("timeout")
        else:
            return response


@router.get("/status")
def order_status() -> dict[str, str]:
    return {"orders": "open"}


def create_gateway() -> FastAPI:
    app = FastAPI(title="Gateway")
    app.add_middleware(BodyLimit, most=1_000_000)
    app.add_middleware(CORSMiddleware, allow_origins=["https://web.example"])  # expect: MID803
    app.add_middleware(TenantMiddleware)
    app.add_middleware(Timing)
    app.add_middleware(Logged)
    app.add_middleware(Maintenance, closed=True)

    @app.middleware("http")
    async def robots(request: Request, forward):
        if request.url.path == "/robots.txt":
            return  # expect: MID805
        return await forward(request)

    @app.middleware("http")
    async def counted(request: Request, call_next):
        request.state.count = 1
        return call_next(request)  # expect: MID805

    app.include_router(router)
    return app
