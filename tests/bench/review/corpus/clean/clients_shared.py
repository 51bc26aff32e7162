"""HTTP clients that are opened once and closed."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import aiohttp
import httpx2
import requests
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from redis.asyncio import Redis
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

log = logging.getLogger(__name__)


class TimeoutSession(requests.Session):
    """Every call has a timeout."""

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 5)
        return super().request(method, url, **kwargs)


class Rate(BaseModel):
    currency: str
    value: float


class Rates:
    """Rates of the bank."""

    def __init__(self, http: httpx2.AsyncClient, cache: Redis) -> None:
        self._http = http
        self._cache = cache

    async def of(self, currency: str) -> Rate:
        cached = await self._cache.get(currency)
        if cached:
            return Rate.model_validate_json(cached)
        answer = await self._http.get("/rates", params={"currency": currency})
        answer.raise_for_status()
        rate = Rate.model_validate(answer.json())
        await self._cache.set(currency, rate.model_dump_json(), ex=60)
        return rate

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._cache.aclose()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.rates = Rates(httpx2.AsyncClient(base_url="https://bank.example", timeout=5), Redis())
    app.state.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
    try:
        yield
    finally:
        await app.state.rates.aclose()
        await app.state.session.close()


def get_rates(request: Request) -> Rates:
    return request.app.state.rates


def get_aiohttp(request: Request) -> aiohttp.ClientSession:
    return request.app.state.session


RatesDep = Annotated[Rates, Depends(get_rates)]
Http = Annotated[aiohttp.ClientSession, Depends(get_aiohttp)]
router = APIRouter(prefix="/v1/rates", tags=["rates"])
session = TimeoutSession()
session.mount("https://", HTTPAdapter(max_retries=Retry(3)))
defaults: dict[str, Any] = {"timeout": 3, "headers": {"accept": "application/json"}}


@router.get("/{currency}")
async def rate(currency: str, rates: RatesDep) -> Rate:
    """A rate."""
    try:
        return await rates.of(currency)
    except httpx2.HTTPError as error:
        log.exception("bank failed")
        raise HTTPException(502, "The bank does not answer") from error


@router.get("/{currency}/history")
async def history(currency: str, http: Http) -> list[float]:
    """Rates of the last days."""
    async with http.get("https://bank.example/history", params={"currency": currency}) as answer:
        return [row["value"] for row in await answer.json()]


@router.get("/{currency}/old")
def old(currency: str) -> Rate:
    """From the old bank."""
    answer = session.get("https://old-bank.example/rate", params={"currency": currency})
    other = requests.get("https://old-bank.example/name", **defaults)
    return Rate(currency=other.text, value=float(answer.text))


app = FastAPI(title="Rates", lifespan=lifespan)
app.include_router(router)
