from unittest.mock import MagicMock, patch

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient


class Repo:
    def all(self):
        return [1, 2]


def get_repo():
    return Repo()


def get_config():
    return {"a": 1}


async def lifespan_impl(app):
    app.state.ready = True
    yield


from contextlib import asynccontextmanager  # noqa: E402

app = FastAPI(lifespan=asynccontextmanager(lifespan_impl))


@app.get("/trucks")
def trucks(repo: Repo = Depends(get_repo)):
    return {"trucks": repo.all(), "ready": app.state.ready}


@pytest.fixture()
def client():
    return TestClient(app)  # expect: TST303


def test_trucks(client):
    app.dependency_overrides[get_repo] = lambda: MagicMock(all=lambda: [3])  # expect: TST301
    assert client.get("/trucks").json()["trucks"] == [3]


def test_config(client):
    app.dependency_overrides[get_config] = lambda: {}  # expect: TST302, TST301
    assert client.get("/trucks").status_code == 200


def test_patch(client):
    with patch("test_fleet_service.get_repo", return_value=MagicMock()):  # expect: TST307
        client.get("/trucks")


def test_post(client):
    body = '{"plate": "X"}'
    assert client.post("/trucks", data=body).status_code == 405  # expect: TST305
