"""Tests of the bookings service."""

from contextlib import asynccontextmanager
from unittest import mock

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient


class Mailer:
    """Sends mail."""

    def send(self, to: str) -> bool:
        return bool(to)


def get_mailer() -> Mailer:
    return Mailer()


def get_clock() -> int:
    return 12


def get_unused() -> int:
    return 1


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.rooms = {"blue": 2, "green": 4}
    yield
    app.state.rooms.clear()


app = FastAPI(title="Rooms", lifespan=lifespan)


@app.get("/v1/rooms/{name}", tags=["rooms"])
def room(name: str, hour: int = Depends(get_clock)) -> dict[str, int]:
    """One room."""
    return {"beds": app.state.rooms[name], "hour": hour}


@app.post("/v1/rooms/{name}/mail", tags=["rooms"])
def mail(name: str, mailer: Mailer = Depends(get_mailer)) -> bool:
    """Tells the owner."""
    return mailer.send(name)


client = TestClient(app)  # expect: TST303


def test_room_is_found():
    assert client.get("/v1/rooms/blue").json()["beds"] == 2


def test_hour_is_taken_from_the_clock():
    app.dependency_overrides[get_clock] = lambda: 7  # expect: TST301
    assert client.get("/v1/rooms/blue").json()["hour"] == 7


@pytest.fixture
def quiet():
    app.dependency_overrides[get_unused] = lambda: 2  # expect: TST302
    yield
    app.dependency_overrides.clear()


def test_mail_is_sent(quiet):
    with mock.patch("test_bookings_api.get_mailer") as mailer:  # expect: TST307
        mailer.return_value.send.return_value = True
        assert client.post("/v1/rooms/blue/mail").status_code == 200


def test_raw_body():
    answer = client.post("/v1/rooms/blue/mail", data=b"raw bytes")  # expect: TST305
    assert answer.status_code == 200


def test_text_body():
    payload = '{"a": 1}'
    answer = client.post("/v1/rooms/green/mail", data=payload)  # expect: TST305
    assert answer.status_code == 200


def test_fresh_client():
    fresh = TestClient(app)  # expect: TST303
    assert fresh.get("/v1/rooms/green").json()["beds"] == 4
