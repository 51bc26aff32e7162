"""Partners' services, called without limits and with clients that pile up."""

import urllib.request
from functools import lru_cache

import aiohttp
import httpx2
import requests as rq
from fastapi import APIRouter, Depends, FastAPI
from httpx2 import AsyncClient, Timeout
from requests import Session

router = APIRouter(prefix="/partners")
session = Session()
session.headers["User-Agent"] = "partners"
NO_LIMIT = None
pool = httpx2.AsyncClient(base_url="https://pool.example")  # expect: OUT103


class Bank:
    def __init__(self) -> None:
        self._http = rq.Session()

    def balance(self, account: str) -> dict[str, float]:
        answer = self._http.get(f"https://bank.example/{account}", headers={})  # expect: OUT101
        return answer.json()

    def pay(self, account: str) -> None:
        self._http.request("POST", f"https://bank.example/{account}", timeout=NO_LIMIT)  # expect: OUT101


class Stream:
    def __init__(self) -> None:
        self.client = AsyncClient(timeout=Timeout(None))  # expect: OUT101, OUT103

    async def read(self, url: str) -> str:
        return (await self.client.get(url)).text


@lru_cache
def bank() -> Bank:
    return Bank()


async def partner_client():
    async with AsyncClient(timeout=None) as client:  # expect: OUT101, OUT102
        yield client


@router.get("/rates")
def read_rates() -> dict[str, float]:
    return rq.get("https://rates.example/latest", params={"base": "EUR"}).json()  # expect: OUT101


@router.get("/prices")
def read_prices() -> list[float]:
    return session.post("https://prices.example", json={}).json()  # expect: OUT101


@router.get("/feed")
def read_feed() -> str:
    request = urllib.request.Request("https://feed.example", method="GET")
    with urllib.request.urlopen(request) as answer:  # expect: OUT101
        return answer.read().decode()


@router.get("/balance")
def read_balance(account: str, service: Bank = Depends(bank)) -> dict[str, float]:
    return service.balance(account)


@router.get("/news")
async def read_news() -> str:
    connector = aiohttp.ClientSession()  # expect: OUT102, OUT103
    answer = await connector.get("https://news.example")
    return await answer.text()


@router.get("/quotes")
async def read_quotes() -> str:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as http:  # expect: OUT101, OUT102
        async with http.get("https://quotes.example") as answer:
            return await answer.text()


@router.get("/shared")
async def read_shared(client: AsyncClient = Depends(partner_client)) -> str:
    first = await client.get("https://shared.example")
    second = await pool.get("/shared", timeout=None)  # expect: OUT101
    return first.text + second.text


app = FastAPI()
app.include_router(router)
