import asyncio
import functools
import logging
import time

from fastapi import APIRouter, FastAPI, HTTPException, Request, status
from pydantic import BaseModel
from slowapi import Limiter
from slowapi.util import get_remote_address

log = logging.getLogger(__name__)
limiter = Limiter(key_func=get_remote_address)
router = APIRouter(prefix="/api/v1/quotes", tags=["quotes"])


class Quote(BaseModel):
    symbol: str
    cents: int


class QuoteSource:
    """Where quotes come from."""

    async def latest(self, symbol: str) -> int | None:
        await asyncio.sleep(0)
        return len(symbol) * 100 if symbol.isupper() else None


source = QuoteSource()


def timed(function):
    async def inner(*args, **kwargs):  # expect: RTE207
        started = time.perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:
            log.info("%s took %.3f s", function.__name__, time.perf_counter() - started)

    return inner


def require_key(function):
    @functools.wraps(function)
    async def inner(request: Request, *args, **kwargs):
        if "x-api-key" not in request.headers:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Key missing")
        return await function(request, *args, **kwargs)

    return inner


def traced(function):
    @functools.wraps(function)
    async def inner(*args, **kwargs):
        log.debug("enter %s", function.__name__)
        return await function(*args, **kwargs)

    return inner


@limiter.limit("5/minute")  # expect: RTE206
@router.get("/{symbol}")
async def read_quote(request: Request, symbol: str) -> Quote:
    """The latest quote."""
    cents = await source.latest(symbol)
    if cents is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Unknown symbol")
    return Quote(symbol=symbol, cents=cents)


@require_key  # expect: RTE206
@router.delete("/{symbol}", status_code=status.HTTP_204_NO_CONTENT)
async def drop_quote(request: Request, symbol: str) -> None:
    """Forgets a symbol."""
    log.info("forget %s", symbol)


@router.get("/{symbol}/history")
@timed
async def history(symbol: str, days: int = 5) -> list[Quote]:
    """Quotes of the last days."""
    cents = await source.latest(symbol) or 0
    return [Quote(symbol=symbol, cents=cents + day) for day in range(min(days, 30))]


@router.put("/{symbol}")
@traced
async def store_quote(symbol: str, quote: Quote) -> Quote:
    """Stores a quote."""
    try:
        if quote.symbol != symbol:
            raise HTTPException(status.HTTP_409_CONFLICT, "Symbols differ")
        await source.latest(symbol)
    except Exception as error:  # expect: ERR302
        log.exception("could not store")
        raise HTTPException(status.HTTP_500_INTERNAL_SERVER_ERROR, "Could not store") from error
    return quote


@router.post("/refresh", status_code=status.HTTP_202_ACCEPTED)
async def refresh() -> dict[str, str]:
    """Reads everything again."""
    try:
        await source.latest("ALL")
    except:  # expect: ERR301
        pass
    return {"status": "accepted"}


app = FastAPI(title="Quotes")
app.state.limiter = limiter
app.include_router(router)
