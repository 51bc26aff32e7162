"""A ledger whose error handling is unusual and right."""

import logging
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect, status
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

try:
    import orjson
except Exception:  # ok: an optional package
    orjson = None

logger = logging.getLogger(__name__)
LEDGER: dict[int, int] = {}


class LedgerError(Exception):
    """The ledger cannot do that."""


class Missing(LedgerError):
    """There is no such entry."""


def problem(code: int, text: str) -> JSONResponse:
    return JSONResponse({"code": code, "text": text}, status_code=code)


def to_http(error: Exception) -> HTTPException:
    if isinstance(error, HTTPException):
        return error
    return HTTPException(status.HTTP_502_BAD_GATEWAY)


def find(key: int) -> int:
    try:
        return LEDGER[key]
    except KeyError as error:
        raise Missing(key) from error


def optional_user(request: Request) -> str | None:
    try:
        return required_user(request)
    except HTTPException:  # ok: named
        return None


def required_user(request: Request) -> str:
    if "x-user" not in request.headers:
        raise HTTPException(401)
    return request.headers["x-user"]


app = FastAPI()


@app.exception_handler(LedgerError)
async def on_ledger_error(request: Request, error: LedgerError) -> JSONResponse:
    return problem(409, "not possible")


@app.exception_handler(StarletteHTTPException)
async def on_http(request: Request, error: StarletteHTTPException):
    logger.info("%s", error.status_code)
    return await http_exception_handler(request, error)


@app.exception_handler(RequestValidationError)
async def on_invalid(request: Request, error: RequestValidationError):
    if request.url.path == "/text":
        return PlainTextResponse("invalid", status_code=422)
    return await request_validation_exception_handler(request, error)


@app.exception_handler(Exception)
async def on_anything(request: Request, error: Exception):
    answer = problem(500, "unexpected")
    answer.headers["X-Error"] = "unexpected"
    return answer


@app.get("/entries/{key}")
async def read_entry(key: int) -> dict[str, int]:
    try:
        if key < 0:
            raise HTTPException(422, "negative")
        return {"entry": find(key)}
    except (HTTPException, Missing):
        raise
    except Exception as error:  # ok: HTTP exceptions are out already
        raise HTTPException(502, "ledger") from error


@app.get("/sums")
async def read_sum(key: int) -> dict[str, int]:
    try:
        if key not in LEDGER:
            raise HTTPException(404)
        return {"sum": sum(LEDGER.values())}
    except Exception as error:  # ok: handed to what knows the difference
        raise to_http(error) from error


@app.get("/totals")
async def read_total(key: int) -> dict[str, int]:
    if key not in LEDGER:
        raise HTTPException(404)
    try:
        return {"total": 100 // LEDGER[key]}
    except Exception as error:  # ok: raised before the block
        raise HTTPException(500, "total") from error


@app.put("/entries/{key}")
async def write_entry(key: int, value: int, user: Annotated[str, Depends(required_user)]) -> dict[str, int]:
    try:
        if value > 1000:
            raise HTTPException(413)
        known = find(key)
    except Exception:  # ok: raised again
        logger.exception("entry of %s", user)
        raise
    with suppress(KeyError):
        known += LEDGER[-1]
    return {"entry": value, "before": known}


@app.get("/guesses")
async def guess(user: Annotated[str | None, Depends(optional_user)]) -> dict[str, int]:
    try:
        try:
            if user is None:
                raise HTTPException(401)
        except HTTPException as error:  # ok: the inner clause has it
            logger.info("%s", error.detail)
        return {"guess": len(LEDGER)}
    except Exception as error:
        raise HTTPException(500) from error


@app.get("/ready")
async def ready() -> dict[str, bool]:
    try:
        find(0)
    except Exception:  # ok: it answers
        return {"ready": False}
    return {"ready": True}


@app.websocket("/feed")
async def feed(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass
    finally:
        try:
            await socket.close()
        except Exception:
            pass  # the other side may be gone already
