"""Payments over HTTP."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from payments.main import app
from payments.security import caller


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client that is signed in."""
    app.dependency_overrides[caller] = lambda: "ada"
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.pop(caller)


def test_payment_can_be_made(client: TestClient) -> None:
    assert client.post("/v1/payments", json={"cents": 5}).status_code == 201


def test_form_is_refused(client: TestClient) -> None:
    assert client.post("/v1/payments", data={"cents": "5"}).status_code == 422
