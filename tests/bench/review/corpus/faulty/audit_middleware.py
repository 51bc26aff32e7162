"""Audit trail middleware stack."""

import json
import logging
import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

log = logging.getLogger("audit")


class Entry(BaseModel):
    path: str
    status: int


class TenantMiddleware(BaseHTTPMiddleware):
    """Every request names its tenant."""

    def __init__(self, app, header: str = "x-tenant") -> None:
        super().__init__(app)
        self.header = header

    def tenant_of(self, request: Request) -> str:
        tenant = request.headers.get(self.header, "")
        if not tenant:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, "Tenant missing")
        return tenant

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.tenant = self.tenant_of(request)  # expect: MID804
        return await call_next(request)


class AuditMiddleware(BaseHTTPMiddleware):
    """Writes who did what."""

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        body = await request.body()
        response = await call_next(request)
        with open("audit.jsonl", "a") as trail:  # expect: ASY103
            trail.write(json.dumps({"path": request.url.path, "bytes": len(body)}) + "\n")
        return response


app = FastAPI(
    title="Audit",
    middleware=[
        Middleware(TenantMiddleware),
        Middleware(TrustedHostMiddleware, allowed_hosts=["audit.example"]),
        Middleware(CORSMiddleware, allow_origins=["https://audit.example"]),  # expect: MID803
    ],
)


@app.middleware("http")
async def limit_body(request: Request, call_next):
    if int(request.headers.get("content-length", 0)) > 1_000_000:
        return JSONResponse({"detail": "too large"}, status_code=413)
    await call_next(request)  # expect: MID805


@app.middleware("http")
async def block(request: Request, call_next):
    if request.url.path.startswith("/internal"):
        raise HTTPException(status_code=403, detail="internal")  # expect: MID804
    started = time.monotonic()
    response = await call_next(request)
    log.info("%s in %.3f", request.url.path, time.monotonic() - started)
    return response


@app.get("/v1/entries", tags=["audit"])
async def entries(request: Request) -> list[Entry]:
    """Entries of the tenant."""
    return [Entry(path="/", status=200)] if request.state.tenant else []


@app.get("/v1/entries/latest", tags=["audit"])
def latest(request: Request) -> Entry:
    """The last entry."""
    try:
        with open("audit.jsonl") as trail:
            return Entry(**json.loads(trail.readlines()[-1]))
    except Exception as err:
        log.warning("no entry")
        return JSONResponse({"message": "failed: " + str(err)}, status_code=500)  # expect: SEC617


@app.get("/v1/entries/{number}", tags=["audit"])
def entry(number: int) -> Entry:
    """One entry."""
    if number < 0:
        raise BaseException("negative")  # expect: ERR303
    return Entry(path="/", status=number)
