"""Partners' services with limits that come from unusual places."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Annotated, Any
from urllib.request import urlopen

import aiohttp
import httpx2
import requests
from fastapi import Depends, FastAPI, Request
from requests.adapters import HTTPAdapter

TIMEOUT = 5.0
LIMITS = {"timeout": (2, 10)}


class PatientAdapter(HTTPAdapter):
    """Gives every call a timeout."""

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT
        return super().send(request, *args, **kwargs)


class BoundedSession(requests.Session):
    """Gives every call a timeout as well."""

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("timeout", TIMEOUT)
        return super().request(method, url, *args, **kwargs)


adapted = requests.Session()
adapted.mount("https://", PatientAdapter())
bounded = BoundedSession()
fetch = partial(requests.get, timeout=TIMEOUT)


class Gateway:
    """A client that is closed with the application."""

    def __init__(self) -> None:
        self.http = aiohttp.ClientSession()  # ok: closed in `stop`

    async def read(self, url: str) -> str:
        async with self.http.get(url) as answer:
            return await answer.text()

    async def stop(self) -> None:
        await self.http.close()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.gateway = Gateway()
    async with httpx2.AsyncClient(timeout=httpx2.Timeout(5, read=None)) as client:  # ok: only reading may take long
        app.state.client = client
        yield
    await app.state.gateway.stop()


app = FastAPI(lifespan=lifespan)


@cache
def sync_client() -> httpx2.Client:
    return httpx2.Client(base_url="https://sync.example")  # ok: made once


def client_of(request: Request) -> httpx2.AsyncClient:
    return request.app.state.client


def tenant_client(certificate: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(cert=certificate)  # ok: of one tenant


Client = Annotated[httpx2.AsyncClient, Depends(client_of)]


@app.get("/rates")
def read_rates() -> Any:
    return requests.get("https://rates.example", **LIMITS).json()  # ok: in the options


@app.get("/prices")
def read_prices() -> Any:
    return [adapted.get("https://prices.example").json(), bounded.get("https://prices.example").json()]


@app.get("/feed")
def read_feed() -> str:
    with urlopen("https://feed.example", None, TIMEOUT) as answer:  # ok: by position
        return answer.read().decode()


@app.get("/news")
async def read_news(client: Client) -> str:
    return (await client.get("https://news.example")).text  # ok: five seconds by default


@app.get("/sync")
def read_sync(client: Annotated[httpx2.Client, Depends(sync_client)]) -> str:
    return client.get("/").text + fetch("https://other.example").text


@app.get("/events")
async def read_events(client: Client) -> int:
    count = 0
    async with client.stream("GET", "https://events.example", timeout=None) as events:  # ok: it has no end
        async for _ in events.aiter_lines():
            count += 1
    return count


@app.get("/tenants/{name}")
async def read_tenant(name: str) -> str:
    async with tenant_client(f"/etc/{name}.pem") as client:
        return (await client.get("https://tenants.example")).text
