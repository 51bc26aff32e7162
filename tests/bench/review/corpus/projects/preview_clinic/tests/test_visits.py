"""Visits."""

import pytest
from clinic import app
from fastapi.testclient import TestClient


@pytest.fixture
def client() -> TestClient:
    return TestClient(app)


@pytest.fixture
async def number(client: TestClient) -> int:
    answer = client.get("/visits/1")  # expect: TST304
    return answer.json()["room"]


@pytest.mark.anyio
async def test_a_visit_is_shown(number: int) -> None:
    with TestClient(app) as own:
        answer = own.request("GET", f"/visits/{number}")  # expect: TST304
    assert answer.status_code == 200


def test_a_visit_that_there_is_not(client: TestClient) -> None:
    assert client.get("/visits/0").status_code == 404  # ok: a plain function
