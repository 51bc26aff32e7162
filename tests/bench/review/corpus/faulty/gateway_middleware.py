import logging
import time
import uuid

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.sessions import SessionMiddleware

log = logging.getLogger("gateway")
ALLOWED = ["*"]
KEYS = frozenset({"alpha", "beta"})


class KeyMiddleware(BaseHTTPMiddleware):
    """Lets only known keys in."""

    async def dispatch(self, request: Request, call_next):
        if request.url.path.startswith("/health"):
            return await call_next(request)
        if request.headers.get("x-api-key") not in KEYS:
            raise HTTPException(status_code=401, detail="Unknown key")  # expect: MID804
        return await call_next(request)


class TimingMiddleware(BaseHTTPMiddleware):
    """Adds the time a request took."""

    async def dispatch(self, request, call_next):  # expect: MID805
        started = time.perf_counter()
        response = await call_next(request)
        elapsed = time.perf_counter() - started
        if elapsed > 1:
            log.warning("slow: %s took %.2f s", request.url.path, elapsed)
            return response
        response.headers["x-elapsed"] = f"{elapsed:.3f}"


app = FastAPI(title="Gateway", strict_content_type=False)  # expect: SEC618
app.add_middleware(CORSMiddleware, allow_origins=ALLOWED, allow_credentials=True, allow_methods=["*"])  # expect: MID801, MID803
app.add_middleware(KeyMiddleware)
app.add_middleware(TimingMiddleware)
app.add_middleware(GZipMiddleware, minimum_size=1000)
app.add_middleware(SessionMiddleware, secret_key="change-me-4f9a7d2e1b8c")  # expect: SEC601, SEC613


@app.middleware("http")
async def request_id(request: Request, call_next):
    identifier = request.headers.get("x-request-id", uuid.uuid4().hex)
    response = call_next(request)  # expect: ASY110, MID805
    response.headers["x-request-id"] = identifier
    return response


@app.middleware("http")
async def maintenance(request: Request, call_next):
    if request.headers.get("x-maintenance"):
        return JSONResponse({"detail": "closed"}, status_code=503)
    time.sleep(0.01)  # expect: ASY102
    return await call_next(request)


@app.exception_handler(KeyError)
async def missing_key(request: Request, exc: KeyError):
    return {"detail": "missing", "key": exc.args[0]}  # expect: ERR304


@app.exception_handler(ValueError)
async def bad_value(request: Request, exc: ValueError):
    return JSONResponse({"detail": str(exc)}, status_code=400)  # expect: SEC617


@app.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/v1/upstreams", tags=["gateway"])
async def upstreams() -> list[str]:
    """Names of the services behind the gateway."""
    return ["orders", "stock"]
