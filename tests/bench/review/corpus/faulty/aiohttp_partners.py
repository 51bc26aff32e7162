"""Partner integrations over several HTTP clients."""

import http.client
import ssl
from typing import Annotated

import aiohttp
import httpx
import requests
import urllib3
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from httpx import Client
from pydantic import AnyHttpUrl, BaseModel
from starlette.concurrency import run_in_threadpool

router = APIRouter(prefix="/v1/partners", tags=["partners"])
pool = urllib3.PoolManager()
relaxed = ssl.create_default_context()
relaxed.check_hostname = False  # expect: SEC609
relaxed.verify_mode = ssl.CERT_NONE  # expect: SEC609


class Partner(BaseModel):
    name: str
    homepage: AnyHttpUrl


class PartnerGateway:
    """Everything partners offer."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url=base_url, timeout=4.0)
        self._session = requests.Session()
        self._session.verify = False  # expect: SEC609

    def names(self) -> list[str]:
        return self._client.get("/names").json()

    async def prices(self, name: str) -> dict[str, float]:
        return self._client.get(f"/prices/{name}").json()  # expect: ASY101

    async def stock(self, name: str) -> int:
        return await run_in_threadpool(self._client.get, f"/stock/{name}")


def gateway() -> PartnerGateway:
    return PartnerGateway("https://partners.example")


Gateway = Annotated[PartnerGateway, Depends(gateway)]


@router.get("/names")
async def names(partners: Gateway) -> list[str]:
    """Names of the partners."""
    return partners.names()  # expect: ASY106


@router.get("/ping/{name}")
async def ping(name: str) -> int:
    """Status of a partner."""
    answer = pool.request("GET", f"https://{name}.partners.example/ping")  # expect: ASY101, OUT101, SEC605
    return answer.status


@router.get("/raw")
async def raw() -> int:
    """Status of the registry."""
    connection = http.client.HTTPSConnection("registry.example", timeout=3)
    connection.request("GET", "/")  # expect: ASY101
    return connection.getresponse().status


@router.post("/check")
def check(partner: Partner) -> int:
    """Looks whether the page of a partner answers."""
    return requests.head(str(partner.homepage), allow_redirects=False, timeout=3).status_code  # expect: SEC605


@router.get("/logo")
async def logo(address: Annotated[str, Query(max_length=200)]) -> int:
    """Size of a logo."""
    async with aiohttp.ClientSession() as session:  # expect: OUT102
        async with session.get(address) as answer:  # expect: SEC605
            return len(await answer.read())


@router.post("/sync", status_code=202)
def sync() -> dict[str, int]:
    """Takes over partners from the registry."""
    answer = requests.post("https://registry.example/sync", json={"full": True})  # expect: OUT101
    if answer.status_code >= 400:
        raise HTTPException(502, "registry refused")
    return {"taken": answer.json()["count"]}


@router.get("/rates")
async def rates() -> dict[str, float]:
    """Exchange rates."""
    return httpx.get("https://rates.example/latest").json()  # expect: ASY101


app = FastAPI(title="Partners")
app.include_router(router)
