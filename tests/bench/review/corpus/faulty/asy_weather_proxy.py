"""Weather proxy: fetches from three providers, in the ways that drafts do."""

import http.client
import json
import urllib.request as web
from contextlib import asynccontextmanager
from urllib.request import urlopen

import httpx
import requests as rq
import urllib3
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from requests import Session
from requests import post as send
from starlette.middleware.base import BaseHTTPMiddleware


class Reading(BaseModel):
    city: str
    degrees: float


class Provider:
    base = "https://weather.example"

    def __init__(self) -> None:
        self.session = Session()
        self.pool = urllib3.PoolManager()

    async def current(self, city: str) -> Reading:
        answer = self.session.get(f"{self.base}/{city}", timeout=5)  # expect: ASY101
        return Reading(**answer.json())

    async def forecast(self, city: str) -> bytes:
        return self.pool.request("GET", f"{self.base}/{city}/f").data  # expect: ASY101, OUT101

    def blocking_current(self, city: str) -> Reading:
        answer = self.session.get(f"{self.base}/{city}", timeout=5)  # ok: a plain method that nobody calls
        return Reading(**answer.json())


class Audit(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        send("https://audit.example", json={"path": request.url.path}, timeout=2)  # expect: ASY101
        return await call_next(request)


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.provider = Provider()
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(Audit)
router = APIRouter(prefix="/weather")


async def api_key() -> str:
    with web.urlopen("https://keys.example/weather", timeout=3) as answer:  # expect: ASY101
        return answer.read().decode()


@router.get("/{city}")
async def read_city(city: str, key: str = Depends(api_key)) -> Reading:
    answer = httpx.get(f"https://weather.example/{city}", headers={"x-key": key})  # expect: ASY101
    if answer.status_code == 404:
        raise HTTPException(404, "unknown city")
    return Reading.model_validate(answer.json())


@router.get("/{city}/wind")
async def read_wind(city: str) -> dict[str, float]:
    connection = http.client.HTTPSConnection("wind.example", timeout=4)
    connection.request("GET", f"/{city}")  # expect: ASY101
    return json.loads(connection.getresponse().read())  # ok: one fault with the request


@router.get("/{city}/rain")
async def read_rain(city: str) -> dict[str, float]:
    with httpx.Client(base_url="https://rain.example") as client:
        answer = client.get(f"/{city}")  # expect: ASY101

    async def fallback() -> dict[str, float]:
        return rq.get("https://rain2.example", timeout=3).json()  # expect: ASY101

    return answer.json() if answer.is_success else await fallback()


@router.get("/{city}/sun")
def read_sun(city: str) -> dict[str, float]:
    return rq.get(f"https://sun.example/{city}", timeout=3).json()  # ok: runs in a thread


@router.websocket("/live/{city}")
async def live(websocket, city: str):
    await websocket.accept()
    data = json.load(urlopen(f"https://live.example/{city}"))  # expect: ASY101, OUT101
    await websocket.send_json(data)


app.include_router(router)
