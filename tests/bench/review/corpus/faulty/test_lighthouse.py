"""Tests of a lighthouse."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.lamp = "on"
    yield


app = FastAPI(lifespan=lifespan)


def keeper() -> str:
    return "anna"


def fog() -> bool:
    return False


@app.get("/v1/lamp")
def lamp(who: str = Depends(keeper)) -> dict[str, str]:
    """The lamp."""
    return {"who": who}


@pytest.fixture
def client() -> Iterator[TestClient]:
    app.dependency_overrides[keeper] = lambda: "ben"
    with TestClient(app) as made:
        yield made
    app.dependency_overrides.clear()


def test_lamp(client: TestClient) -> None:
    assert client.get("/v1/lamp").json() == {"who": "ben"}


def test_fog(client: TestClient) -> None:
    app.dependency_overrides[fog] = lambda: True  # expect: TST302
    assert client.get("/v1/lamp").status_code == 200


def test_night() -> None:
    app.dependency_overrides[keeper] = lambda: "cleo"  # expect: TST301
    with TestClient(app) as made:
        assert made.get("/v1/lamp").json() == {"who": "cleo"}


def test_state() -> None:
    made = TestClient(app)  # expect: TST303
    made.get("/v1/lamp")
    assert app.state.lamp == "on"


def test_form(client: TestClient) -> None:
    client.post("/v1/lamp", data=b"raw")  # expect: TST305
    client.post("/v1/lamp", data={"a": "b"})
    client.post("/v1/lamp", content=b"raw")
