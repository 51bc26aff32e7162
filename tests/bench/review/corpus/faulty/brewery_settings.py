"""A brewery's settings, clients and engines."""

import os
import ssl
from functools import lru_cache

import aiohttp
import httpx
import requests
import sqlalchemy as sa
import urllib3
from fastapi import Depends, FastAPI
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session, sessionmaker


class Settings(BaseSettings):
    """What the brewery can be told."""

    db: str = "postgresql://brewer:hops-2024-malt@db.internal/brewery"  # expect: SEC601
    stripe_key: str = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"  # expect: SEC601
    signing: SecretStr
    token_kind: str = "bearer"


@lru_cache
def settings() -> Settings:
    return Settings()


conf = settings()
reading = create_async_engine("postgresql+psycopg2://db.internal/brewery")  # expect: DBS201
pool = urllib3.PoolManager(cert_reqs="CERT_NONE")  # expect: SEC609
shared = httpx.AsyncClient(timeout=None)  # expect: OUT101, OUT103
app = FastAPI(debug=True)  # expect: SEC614


def engine_for(tenant: str = "main"):
    engine = sa.create_engine(f"postgresql://db.internal/{tenant}")  # expect: DBS202
    with Session(engine) as session:
        yield session


@app.get("/v1/beers/{name}")
async def beer(name: str) -> dict[str, str]:
    """A beer."""
    found = await shared.get(f"https://beers.example/{name}")
    return found.json()


@app.get("/v1/hops")
def hops(session: Session = Depends(engine_for)) -> list[str]:
    """Hops."""
    return [row.name for row in session.execute(sa.text("SELECT name FROM hops LIMIT 100"))]


@app.get("/v1/prices")
async def prices() -> dict[str, str]:
    """Prices."""
    client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))  # expect: OUT103, SEC609
    async with client.get("https://prices.example") as answer:
        return await answer.json()


@app.get("/v1/weather")
def weather(city: str) -> dict[str, str]:
    """The weather."""
    return requests.get("https://weather.example", params={"q": city}, verify=False).json()  # expect: OUT101, SEC609


@app.get("/v1/fetch")
async def fetch(url: str) -> int:
    """Fetches a page."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(url)  # expect: SEC605
    return answer.status_code


@app.get("/v1/stock")
def stock() -> list[str]:
    """The stock."""
    make = sessionmaker(bind=sa.create_engine(os.environ["STOCK"]))  # expect: DBS202
    session = make()  # expect: DIN505
    rows = session.execute(sa.text("SELECT name FROM stock LIMIT 10")).scalars().all()
    session.close()
    return list(rows)


def context() -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.check_hostname = False  # expect: SEC609
    made.verify_mode = ssl.CERT_NONE  # expect: SEC609
    return made


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", reload=True)  # expect: CFG503
