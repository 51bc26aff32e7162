"""Declarations that the real framework refuses, each with the explanation it must get."""

from collections.abc import Iterator
from typing import Annotated
from unittest.mock import patch

import pytest
from fastapi import Body, Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import FastAPIDeprecationWarning
from fastapi.responses import ORJSONResponse, RedirectResponse
from knowledge.diagnosis.provoke import explained, traceback_of, traceback_of_source, warning_of
from pydantic import BaseModel, EmailStr
from sqlalchemy.orm import Session

app = FastAPI()


def test_a_bare_session_is_explained_and_seen_in_the_code():
    def declare() -> None:
        @app.get("/items")
        def read_items(session: Session): ...

    code = '@app.get("/items")\ndef read_items(session: Session): ...\n'
    diagnosis = explained("invalid-response-field", traceback_of(declare), code)
    assert "Depends" in diagnosis.causes[0].says
    assert "session: Session" in diagnosis.causes[0].evidence[0].says
    assert "Session" in diagnosis.what


def test_a_union_with_a_response_is_explained():
    def declare() -> None:
        @app.get("/portal")
        def read_portal() -> RedirectResponse | dict: ...

    diagnosis = explained("invalid-response-field", traceback_of(declare))
    assert "mixes a `Response`" in diagnosis.causes[0].says


def test_a_list_in_a_path_is_explained():
    def declare() -> None:
        @app.get("/items/{ids}")
        def read_items(ids: list[int]): ...

    explained("path-parameter-type", traceback_of(declare))


def test_a_dict_in_a_query_is_explained():
    def declare() -> None:
        @app.get("/items")
        def read_items(filters: Annotated[dict, Query()]): ...

    assert "`filters`" in explained("query-parameter-type", traceback_of(declare)).what


def test_a_default_of_a_path_parameter_is_explained():
    def declare() -> None:
        @app.get("/items/{item_id}")
        def read_item(item_id: Annotated[int, Path()] = 1): ...

    explained("path-parameter-default", traceback_of(declare))
    explained("path-parameter-default", traceback_of(lambda: Path(default=1)))


def test_a_default_inside_annotated_is_explained():
    def declare() -> None:
        @app.get("/items")
        def read_items(limit: Annotated[int, Query(5)]): ...

    explained("default-inside-annotated", traceback_of(declare))


def test_metadata_in_two_places_is_explained():
    def query() -> None:
        @app.get("/items")
        def read_items(limit: Annotated[int, Query()] = Query(5)): ...  # noqa: FAST002 - the fault itself

    def depends() -> None:
        @app.get("/items")
        def read_items(limit: Annotated[int, Depends(int)] = Depends(int)): ...  # noqa: FAST002 - the fault itself

    def mixed() -> None:
        @app.get("/items")
        def read_items(limit: Annotated[int, Query()] = Depends(int)): ...  # noqa: FAST002 - the fault itself

    for declare in (query, depends, mixed):
        explained("annotation-and-default-both", traceback_of(declare))


def test_a_marked_request_is_explained():
    def declare() -> None:
        @app.get("/items")
        def read_items(request: Annotated[Request, Body()]): ...

    explained("annotation-on-injected-type", traceback_of(declare))


def test_a_query_mark_on_a_placeholder_is_explained():
    def declare() -> None:
        @app.get("/items/{item_id}")
        def read_item(item_id: Annotated[int, Query()]): ...

    assert "`Query`" in explained("wrong-mark-for-path-parameter", traceback_of(declare)).what


def test_a_default_before_a_required_parameter_is_explained():
    explained("default-before-required", traceback_of_source("def read(q=None, item_id: int): ...\n"))


def test_a_dependency_that_was_called_is_explained():
    def declare() -> None:
        @app.get("/items", dependencies=[Depends("token")])
        def read_items(): ...

    explained("dependency-not-callable", traceback_of(declare))


def test_scopes_that_do_not_fit_are_explained():
    def get_session() -> Iterator[int]:
        yield 1

    def get_repository(session: Annotated[int, Depends(get_session, scope="function")]) -> Iterator[int]:
        yield session

    def declare() -> None:
        @app.get("/items")
        def read_items(repository: Annotated[int, Depends(get_repository)]): ...

    assert "get_repository" in explained("dependency-scope", traceback_of(declare)).what


def test_a_form_without_its_package_is_explained():
    def declare() -> None:
        from fastapi import Form

        with patch.dict("sys.modules", {"python_multipart": None, "multipart": None}):

            @app.post("/items")
            def create_item(name: Annotated[str, Form()]): ...

    explained("form-needs-multipart", traceback_of(declare))


def test_a_body_of_204_is_explained():
    def declare() -> None:
        @app.delete("/items", status_code=204)
        def delete_items() -> dict: ...

    assert "204" in explained("status-without-body", traceback_of(declare)).what


@pytest.mark.filterwarnings("ignore")
def test_a_model_of_pydantic_1_is_explained():
    from pydantic.v1 import BaseModel as OldModel

    class Item(OldModel):
        name: str

    def declare() -> None:
        @app.post("/items")
        def create_item(item: Item): ...

    explained("pydantic-v1-model", traceback_of(declare))


def test_a_duplicate_operation_id_is_explained():
    twice = FastAPI()
    for path in ("/a", "/b"):
        twice.add_api_route(path, lambda: None, operation_id="read", name="read")
    explained("duplicate-operation-id", warning_of(twice.openapi))


def test_an_email_type_without_its_package_is_explained():
    def declare() -> None:
        with patch.dict("sys.modules", {"email_validator": None}):
            type("User", (BaseModel,), {"__annotations__": {"email": EmailStr}})

    explained("email-validator-missing", traceback_of(declare))


def test_a_deprecated_keyword_is_explained():
    with pytest.raises(FastAPIDeprecationWarning):
        Query(regex="a")
    explained("deprecated-parameter-keyword", traceback_of(lambda: Query(regex="a")))
    explained("deprecated-parameter-keyword", warning_of(lambda: Query(example="a")))


def test_an_unknown_keyword_is_explained():
    assert (
        "`colour`" in explained("unknown-application-keyword", traceback_of(lambda: FastAPI(colour=1))).what
    )
    explained("unknown-application-keyword", traceback_of(lambda: app.get("/", colour=1)))
    explained("unknown-application-keyword", traceback_of(lambda: Depends(int, colour=1)))


def test_a_deprecated_response_class_is_explained():
    explained("deprecated-response-class", warning_of(lambda: ORJSONResponse.__new__(ORJSONResponse)))
