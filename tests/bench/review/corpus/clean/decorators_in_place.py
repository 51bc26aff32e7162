"""Decorators below the route, with care."""

import asyncio
import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi_cache.decorator import cache
from slowapi import Limiter
from slowapi.util import get_remote_address
from tenacity import retry, stop_after_attempt

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)
limiter = Limiter(key_func=get_remote_address)
router = APIRouter(prefix="/v1/odds", tags=["odds"])
HANDLERS: list[Callable[..., object]] = []


def logged(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    @functools.wraps(function)
    async def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        log.info("enter %s", function.__name__)
        return await function(*args, **kwargs)

    return inner


def timeout(seconds: float):
    def decorate(function):
        async def inner(*args, **kwargs):
            async with asyncio.timeout(seconds):
                return await function(*args, **kwargs)

        inner.__signature__ = inspect.signature(function)
        return functools.update_wrapper(inner, function)

    return decorate


def remember(function):
    HANDLERS.append(function)
    return function


class Trace:
    """A decorator as a class."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, function):
        @functools.wraps(function)
        async def inner(*args, **kwargs):
            log.debug("%s", self.name)
            return await function(*args, **kwargs)

        return inner


@router.get("/cached")
@cache(expire=30)
async def cached() -> int:
    """Cached."""
    return 1


@router.get("/limited")
@limiter.limit("5/minute")
async def limited(request: Request) -> int:
    """Limited."""
    return 2


@router.get("/logged/{number}")
@router.get("/written/{number}")
@logged
async def logged_route(number: int) -> int:
    """Two paths."""
    return number


@router.get("/slow/{number}")
@timeout(2)
async def slow(number: int) -> int:
    """Slow."""
    if number > 10:
        raise HTTPException(422, "Too slow")
    await asyncio.sleep(number / 10)
    return number


@remember
@router.get("/remembered")
async def remembered() -> int:
    """Remembered."""
    return len(HANDLERS)


@router.get("/traced")
@Trace("traced")
async def traced() -> int:
    """Traced."""
    return 4


@retry(stop=stop_after_attempt(3))
async def fetch() -> int:
    return 5


@router.get("/retried")
async def retried() -> int:
    """Retried."""
    return await fetch()


app = FastAPI(title="Odds")
app.state.limiter = limiter
app.include_router(router)
