"""Tests that look as if they leaked."""

import json
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

API_KEY = "test-key-0123456789abcdef"


async def get_user(request: Request) -> str:
    user = request.headers.get("x-user")
    if not user:
        raise HTTPException(401, "Who?")
    return user


async def get_clock() -> float:
    return 1.0


UserDep = Annotated[str, Depends(get_user)]


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.parts = {1: "wheel"}
    yield


app = FastAPI(lifespan=lifespan)
plain = FastAPI()


@app.get("/v1/parts/{number}")
async def part(number: int, user: UserDep) -> str:
    """A part."""
    return f"{app.state.parts[number]} of {user}"


@plain.get("/v1/time")
async def moment(clock: Annotated[float, Depends(get_clock)]) -> float:
    """The time."""
    return clock


@plain.post("/v1/echo")
async def echo(body: dict[str, float]) -> float:
    """The sum."""
    return sum(body.values())


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app, headers={"x-key": API_KEY}) as opened:
        yield opened


@pytest.fixture
def as_ada() -> Iterator[None]:
    app.dependency_overrides[get_user] = lambda: "ada"
    yield
    del app.dependency_overrides[get_user]


@contextmanager
def override(target: FastAPI, key, value) -> Iterator[None]:
    target.dependency_overrides[key] = value
    try:
        yield
    finally:
        target.dependency_overrides.pop(key, None)


def test_part(client: TestClient, as_ada: None) -> None:
    assert client.get("/v1/parts/1").json() == "wheel of ada"


def test_stranger(client: TestClient) -> None:
    assert client.get("/v1/parts/1").status_code == 401


def test_time() -> None:
    with override(plain, get_clock, lambda: 7.0):
        assert TestClient(plain).get("/v1/time").json() == 7.0


def test_echo() -> None:
    client = TestClient(plain)
    assert client.post("/v1/echo", content=json.dumps({"a": 1.5})).json() == 1.5
    assert client.post("/v1/echo", data={"a": "1"}).status_code == 422


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTS_REGION", "eu")
    monkeypatch.setattr("time.time", lambda: 7.0)
    assert TestClient(plain).get("/v1/time").status_code == 200


class TestWithSetup:
    """Old style."""

    def setup_method(self) -> None:
        plain.dependency_overrides[get_clock] = lambda: 3.0

    def teardown_method(self) -> None:
        plain.dependency_overrides.clear()

    def test_three(self) -> None:
        assert TestClient(plain).get("/v1/time").json() == 3.0
