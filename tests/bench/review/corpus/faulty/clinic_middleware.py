"""A clinic's gateway: middleware, CORS and handlers for exceptions."""

import time
import traceback
import uuid

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware

BLOCKED = {"10.0.0.1"}
cors = {
    "allow_origin_regex": ".*",
    "allow_credentials": True,
    "allow_methods": ["*"],
}


class Guard(BaseHTTPMiddleware):
    """Refuses blocked addresses."""

    async def dispatch(self, request: Request, call_next):
        if request.client and request.client.host in BLOCKED:
            raise HTTPException(status_code=403, detail="blocked")  # expect: MID804
        response = await call_next(request)
        response.headers["X-Request-ID"] = str(uuid.uuid4())
        return response


class Timer(BaseHTTPMiddleware):
    """Adds the time."""

    async def dispatch(self, request: Request, call_next):  # expect: MID805
        start = time.perf_counter()
        response = await call_next(request)
        if response.status_code < 500:
            response.headers["X-Time"] = f"{time.perf_counter() - start:.3f}"
            return response
        print("slow failure", request.url.path)


class Maintenance(BaseHTTPMiddleware):
    """Answers by itself while the clinic is closed."""

    def __init__(self, app, closed: bool = False) -> None:
        super().__init__(app)
        self.closed = closed

    async def dispatch(self, request: Request, call_next):
        if self.closed:
            return PlainTextResponse("closed", status_code=503)
        return await call_next(request)


app = FastAPI(
    middleware=[
        Middleware(GZipMiddleware, minimum_size=500),
        Middleware(Guard),
        Middleware(CORSMiddleware, **cors),  # expect: MID801
        Middleware(Timer),
        Middleware(Maintenance, closed=False),
    ]
)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError):
    return {"errors": error.errors()}  # expect: ERR304


@app.exception_handler(Exception)
async def crashed(request: Request, error: Exception):
    return JSONResponse({"error": traceback.format_exc()}, status_code=500)  # expect: SEC617


@app.exception_handler(KeyError)
async def missing(request: Request, error: KeyError) -> JSONResponse:
    return JSONResponse({"error": "missing"}, status_code=404)


@app.get("/v1/patients/{patient_id}")
async def patient(patient_id: int) -> dict[str, int]:
    """A patient."""
    try:
        if patient_id > 1000:
            raise HTTPException(404, "no such patient")
        return {"id": patient_id}
    except Exception as error:  # expect: ERR302
        raise HTTPException(500, "failed") from error


@app.get("/v1/rooms/{room}")
async def room(room: str) -> dict[str, str]:
    """A room."""
    if not room.isalnum():
        raise Exception(f"bad room {room}")  # expect: ERR303
    try:
        return {"room": room, "floor": room[0]}
    except Exception:  # expect: ERR301
        pass
    return {}
