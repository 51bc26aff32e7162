import json
from unittest import mock

import pytest
from fastapi.testclient import TestClient

from app import deps
from app.deps import CatalogueDep, Clock, Reader, get_catalogue, get_clock, get_old_catalogue, require
from app.main import app, create_app

bare = TestClient(app)  # expect: TST303


class FixedClock(Clock):
    def today(self) -> str:
        return "2000-01-01"


@pytest.fixture
def api():
    with TestClient(create_app()) as client:
        yield client


def test_with_fixed_clock():
    app.dependency_overrides[get_clock] = FixedClock  # expect: TST301
    answer = bare.get("/loans/1")
    assert answer.status_code == 200


def test_with_other_catalogue():
    bare.app.dependency_overrides.update({get_catalogue: lambda: {"1": "Persuasion"}})  # expect: TST301
    assert "Persuasion" in bare.get("/loans/1").text


def test_old_catalogue():
    app.dependency_overrides[get_old_catalogue] = dict  # expect: TST302
    assert bare.get("/loans/1").status_code == 500
    app.dependency_overrides.clear()


def test_wrong_keys(monkeypatch):
    monkeypatch.setitem(app.dependency_overrides, "get_clock", FixedClock)  # expect: TST302
    monkeypatch.setitem(app.dependency_overrides, require("borrow"), lambda: "any")  # expect: TST302
    monkeypatch.setitem(app.dependency_overrides, CatalogueDep, dict)  # expect: TST302
    monkeypatch.setitem(app.dependency_overrides, Reader, lambda: Reader("Ada"))  # ok: a class in Depends()
    assert bare.get("/loans/1").status_code == 200


def test_raw_bodies(api):
    api.post("/loans/", data=json.dumps({"book": 1}))  # expect: TST305
    api.post("/loans/", data=f"book={1}")  # expect: TST305
    api.request("POST", "/loans/", data=b"1")  # expect: TST305
    api.post("/loans/", data={"book": "1"})  # ok: a form


@mock.patch("app.deps.get_catalogue", return_value={})  # expect: TST307
def test_patched(catalogue, monkeypatch):
    monkeypatch.setattr(deps, "get_clock", FixedClock)  # expect: TST307
    with mock.patch.object(Reader, "__init__", return_value=None):  # expect: TST307
        bare.get("/loans/1")


@mock.patch("app.mail.remind")
def test_without_letters(remind, monkeypatch):
    monkeypatch.setattr("time.sleep", print)
    monkeypatch.setenv("MODE", "test")
    bare.get("/loans/1")
