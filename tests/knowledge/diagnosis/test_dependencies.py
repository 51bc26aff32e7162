"""Dependencies that fail on the real framework, each with the explanation it must get."""

from contextlib import asynccontextmanager, contextmanager
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from knowledge.diagnosis.provoke import explained, traceback_of, traceback_of_request


def app_with(dependency, handler=lambda: None) -> FastAPI:
    app = FastAPI()

    @app.get("/items")
    def read_items(value: Annotated[object, Depends(dependency)]) -> None:
        handler()

    return app


def refuse() -> None:
    raise HTTPException(404)


def test_an_exception_that_a_dependency_swallows_is_explained():
    def get_session():
        try:
            yield 1
        except Exception:
            print("rolled back")

    code = (
        "def get_session():\n    try:\n        yield 1\n    except Exception:\n        session.rollback()\n"
        "    finally:\n        session.close()\n"
    )
    text = traceback_of_request(app_with(get_session, refuse), "GET", "/items")
    diagnosis = explained("response-not-awaited", text, code)
    assert diagnosis.causes[0].confidence == "high"
    assert diagnosis.causes[0].evidence[0].line == 4


def test_generators_that_yield_twice_or_never_are_explained():
    def twice():
        yield 1
        yield 2

    def never():
        if not twice:
            yield 1

    def again():
        while True:
            try:
                yield 1
            except HTTPException:
                continue

    code = "def twice():\n    yield 1\n    yield 2\n"
    diagnosis = explained(
        "dependency-yields-wrongly", traceback_of_request(app_with(twice), "GET", "/items"), code
    )
    assert "more than once" in diagnosis.causes[0].evidence[0].says
    diagnosis = explained("dependency-yields-wrongly", traceback_of_request(app_with(never), "GET", "/items"))
    assert "before `yield`" in diagnosis.causes[0].says
    explained("dependency-yields-wrongly", traceback_of_request(app_with(again, refuse), "GET", "/items"))


def test_a_dependency_under_contextmanager_is_explained():
    @asynccontextmanager
    async def get_session():
        yield 1

    explained(
        "dependency-decorated-as-context-manager",
        traceback_of_request(app_with(get_session), "GET", "/items"),
    )

    @contextmanager
    def get_client():
        yield 1

    explained(
        "dependency-decorated-as-context-manager", traceback_of_request(app_with(get_client), "GET", "/items")
    )


def test_a_dependency_that_is_called_by_hand_is_explained():
    def get_session() -> int:
        return 1

    def get_user(session=Depends(get_session)):  # noqa: B008 - the form that is called by hand
        return session.query

    code = "def get_user(session=Depends(get_session)):\n    return session.query\n\nget_user()\n"
    diagnosis = explained("dependency-called-by-hand", traceback_of(get_user), code)
    assert diagnosis.causes[0].evidence[0].line == 4


def test_an_override_with_a_wrong_key_is_explained():
    app = FastAPI()

    def get_user() -> str:
        return "real"

    @app.get("/me")
    def read_me(user: Annotated[str, Depends(get_user)]) -> str:
        return user

    app.dependency_overrides[get_user()] = lambda: "test"

    def check() -> None:
        assert TestClient(app).get("/me").json() == "test"

    code = 'app.dependency_overrides[get_user()] = lambda: "test"'
    diagnosis = explained("override-without-effect", traceback_of(check), code)
    assert "`get_user()` is no function" in diagnosis.causes[0].evidence[0].says
    diagnosis = explained("override-without-effect", traceback_of(lambda: APIRouter().dependency_overrides))
    assert "Routers have no overrides" in diagnosis.causes[0].says


def test_an_assertion_without_overrides_is_not_claimed():
    def check() -> None:
        assert [] == ["test"]

    with pytest.raises(AssertionError, match="nothing speaks"):
        explained("override-without-effect", traceback_of(check))
