"""Payments: clients that live in unusual places."""

from __future__ import annotations

import contextlib
import typing as t
import urllib.request
from dataclasses import dataclass, field
from functools import partial

import fastapi
import httpx as hx
import requests
from fastapi import Depends, Request
from pydantic import BaseModel

if t.TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

api = fastapi.APIRouter()


class Receipt(BaseModel):
    id: str
    amount: int


@dataclass
class Bank:
    url: str
    http: requests.Session = field(default_factory=requests.Session)

    def charge(self, amount: int) -> Receipt:
        answer = self.http.post(self.url, json={"amount": amount}, timeout=9)
        return Receipt(**answer.json())

    @property
    def open_hours(self) -> str:
        return "9-17"

    async def refund(self, id: str) -> None:
        self.http.delete(f"{self.url}/{id}")  # expect: ASY101, OUT101


class Gateway:
    bank: Bank

    def __init__(self, bank: Bank, client: hx.Client | None = None) -> None:
        self.bank = bank
        self._client = client or hx.Client(timeout=3)

    async def __aenter__(self) -> Gateway:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.close()

    async def pay(self, amount: int) -> Receipt:
        if amount > 1_000:
            return self.bank.charge(amount)  # expect: ASY106
        answer = self._client.post("/pay", json={"amount": amount})  # expect: ASY101
        return Receipt.model_validate(answer.json())


def get_bank() -> Bank:
    return Bank("https://bank.example")


def get_http() -> Iterator[requests.Session]:
    with requests.Session() as http:
        yield http


async def get_gateway(bank: t.Annotated[Bank, Depends(get_bank)]) -> AsyncIterator[Gateway]:
    async with Gateway(bank) as gateway:
        yield gateway


async def rates(http: requests.Session = Depends(get_http)) -> dict[str, float]:
    return http.get("https://rates.example", timeout=2).json()  # expect: ASY101


@api.post("/payments")
async def pay(
    amount: int,
    gateway: t.Annotated[Gateway, Depends(get_gateway)],
    rates: t.Annotated[dict[str, float], Depends(rates)],
) -> Receipt:
    return await gateway.pay(int(amount * rates["EUR"]))


@api.post("/payments/{id}/refund", status_code=204)
async def refund(id: str, bank: t.Annotated[Bank, Depends(get_bank)]) -> None:
    notify = partial(requests.post, "https://hooks.example", timeout=2)
    notify(json={"id": id})  # expect: ASY101
    with contextlib.closing(urllib.request.urlopen("https://audit.example")) as page:  # expect: ASY101, OUT101
        page.read()
    await bank.refund(id)


@api.get("/health/bank")
async def bank_health(request: Request, bank: t.Annotated[Bank, Depends(get_bank)]) -> dict[str, str]:
    client: hx.Client = request.app.state.client
    if (answer := client.head(bank.url)).is_error:  # expect: ASY101
        return {"bank": str(answer.status_code)}
    return {"bank": bank.open_hours}


app = fastapi.FastAPI()
app.include_router(api)
