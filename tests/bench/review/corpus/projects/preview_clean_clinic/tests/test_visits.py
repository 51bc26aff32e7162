"""Visits."""

from collections.abc import AsyncIterator

import pytest
from clinic import app, is_free
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as made:
        yield made


@pytest.mark.anyio
async def test_a_visit_is_shown(client: AsyncClient) -> None:
    answer = await client.get("/visits/1")  # ok: an asynchronous client
    assert answer.status_code == 200


def test_a_visit_that_there_is_not() -> None:
    assert TestClient(app).get("/visits/0").status_code == 404  # ok: a plain function


def test_a_room_is_free() -> None:
    assert is_free(1)  # ok: the handler is named
