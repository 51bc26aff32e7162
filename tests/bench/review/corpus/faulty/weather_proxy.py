import os
from urllib.request import urlopen

import httpx
import requests as rq
from cachetools import TTLCache
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI(title="Weather proxy", version="2.1.0")
API = "https://api.weather.example/v3"
_cache: TTLCache = TTLCache(maxsize=500, ttl=60)


class Forecast(BaseModel):
    city: str
    celsius: float
    summary: str


class StationClient:
    """Talks to the old XML stations."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = rq.Session()

    def reading(self, station: str) -> float:
        response = self.session.get(f"{self.base}/{station}")  # expect: OUT101
        response.raise_for_status()
        return float(response.text)


def get_stations() -> StationClient:
    return StationClient("https://stations.weather.example")


def _parse(city: str, payload: dict) -> Forecast:
    return Forecast(city=city, celsius=payload["temp"], summary=payload["text"])


def fetch_forecast(city: str) -> Forecast:
    if city in _cache:
        return _cache[city]
    response = rq.get(f"{API}/forecast", params={"q": city}, timeout=5)
    response.raise_for_status()
    _cache[city] = forecast = _parse(city, response.json())
    return forecast


@app.get("/v1/forecast/{city}", tags=["weather"])
async def forecast(city: str) -> Forecast:
    """Forecast of one city."""
    return fetch_forecast(city)  # expect: ASY106


@app.get("/v1/alerts", tags=["weather"])
async def alerts(region: str) -> list[str]:
    """Current alerts."""
    response = rq.get(f"{API}/alerts", params={"region": region}, timeout=5)  # expect: ASY101
    if response.status_code != 200:
        raise HTTPException(502, "weather service unavailable")
    return [alert["text"] for alert in response.json()["alerts"]]


@app.get("/v1/stations/{station}", tags=["weather"])
async def station(station: str, client: StationClient = Depends(get_stations)) -> float:
    """Reading of a station."""
    return client.reading(station)  # expect: ASY106


@app.get("/v1/radar", tags=["weather"])
async def radar(zoom: int = 3) -> dict[str, str]:
    """Address of the latest radar picture."""
    client = httpx.AsyncClient(base_url=API)  # expect: OUT103, OUT102
    response = await client.get("/radar", params={"zoom": zoom})
    return {"url": response.json()["url"]}


@app.get("/v1/icons/{name}", tags=["weather"])
def icon(name: str) -> dict[str, int]:
    """Size of an icon."""
    with urlopen(f"{os.environ['ICON_HOST']}/{name}.svg") as answer:  # expect: OUT101, CFG501
        return {"bytes": len(answer.read())}
