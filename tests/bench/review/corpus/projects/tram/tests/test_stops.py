"""Tests of stops."""

import pytest
from fastapi.testclient import TestClient

from tram.auth import driver
from tram.main import app
from tram.store import stops


@pytest.fixture
def client():
    with TestClient(app) as made:
        yield made


@pytest.fixture(autouse=True)
def somebody():
    app.dependency_overrides[driver] = lambda: None
    yield
    app.dependency_overrides.pop(driver)


def test_stops(client):
    app.dependency_overrides[stops] = lambda: []  # expect: TST302
    assert client.get("/v1/stops").status_code == 200


def test_nothing_started():
    made = TestClient(app)  # expect: TST303
    assert made.get("/v1/stops/1").status_code == 404
