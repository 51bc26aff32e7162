"""Tests of an order service with fakes."""

import json
from unittest.mock import AsyncMock, patch

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient
from starlette.testclient import TestClient


class Stock:
    """What is there."""

    def __init__(self, rows: dict[str, int]) -> None:
        self.rows = rows

    async def left(self, sku: str) -> int:
        return self.rows.get(sku, 0)


async def get_stock() -> Stock:
    return Stock({"pen": 3})


def get_user() -> str:
    return "ada"


def make_stock() -> Stock:
    return Stock({})


router = APIRouter()


@router.get("/v1/stock/{sku}")
async def left(sku: str, stock: Stock = Depends(get_stock), user: str = Depends(get_user)) -> dict[str, int]:
    """What is left."""
    if not user:
        raise HTTPException(401)
    return {"left": await stock.left(sku)}


@router.post("/v1/stock")
async def take(body: dict[str, int]) -> int:
    """Takes something."""
    return sum(body.values())


app = FastAPI()
app.include_router(router)


def fake_stock() -> Stock:
    return Stock({"pen": 99})


def test_fake_stock():
    app.dependency_overrides[make_stock] = fake_stock  # expect: TST302
    client = TestClient(app)
    assert client.get("/v1/stock/pen").json() == {"left": 3}
    app.dependency_overrides = {}


def test_user():
    app.dependency_overrides.update({get_user: lambda: ""})  # expect: TST301
    with TestClient(app) as client:
        assert client.get("/v1/stock/pen").status_code == 401


@patch("test_orders_overrides.get_stock", new_callable=AsyncMock)  # expect: TST307
def test_patched(stock):
    with TestClient(app) as client:
        assert client.get("/v1/stock/pen").status_code in {200, 401}


def test_take():
    with TestClient(app) as client:
        assert client.post("/v1/stock", data=json.dumps({"pen": 1})).json() == 1  # expect: TST305


def test_take_text():
    client = TestClient(app)
    assert client.put("/v1/stock", data="a=1").status_code == 405  # expect: TST305


@pytest.mark.anyio
async def test_async():
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = client.get("/v1/stock/pen")
        assert response.status_code == 200
