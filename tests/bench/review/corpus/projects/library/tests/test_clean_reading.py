import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.deps import get_catalogue, get_clock
from app.main import app, create_app


@pytest.fixture(name="client")
def make_client():
    app.dependency_overrides[get_catalogue] = lambda: {"1": "Emma"}
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.pop(get_catalogue)


@pytest.fixture
def fresh():
    made = create_app()
    made.dependency_overrides[get_clock] = lambda: None  # ok: an application of its own
    with TestClient(made) as client:
        yield client


def test_reading(client, fresh):
    assert client.get("/loans/1", headers={"x": "1"}).status_code == 200
    assert fresh.post("/loans/", content=b"1").status_code == 201


def test_small_application():
    small = FastAPI()
    assert TestClient(small).get("/").status_code == 404
