"""Requests that the real framework refuses, each with the explanation it must get."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, FastAPI, Header, Query, UploadFile
from knowledge.diagnosis.provoke import explained, response_to
from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, HttpUrl


def refused(annotation: Any, value: object, *, query: bool = False) -> str:
    """The answer to a request whose only value has this type."""
    app = FastAPI()
    if query:

        @app.get("/items")
        def read_items(value: annotation) -> None: ...

        return response_to(app, "GET", "/items", params={"value": value})

    @app.post("/items")
    def create_item(value: Annotated[annotation, Body(embed=True)]) -> None: ...

    return response_to(app, "POST", "/items", json={"value": value})


class Item(BaseModel):
    name: str


def item_app() -> FastAPI:
    app = FastAPI()

    @app.post("/items")
    def create_item(item: Item) -> None: ...

    return app


def test_a_missing_field_is_explained_and_named():
    diagnosis = explained("request-value-missing", response_to(item_app(), "POST", "/items", json={}))
    assert diagnosis.confidence == "high"
    assert "body.name" in diagnosis.what


def test_a_scalar_that_became_a_query_parameter_is_seen_in_the_code():
    app = FastAPI()

    @app.post("/login")
    def log_in(username: str, password: str) -> None: ...

    code = '@app.post("/login")\ndef log_in(username: str, password: str): ...\n'
    diagnosis = explained(
        "request-value-missing", response_to(app, "POST", "/login", json={"username": "a"}), code
    )
    assert "query parameter" in diagnosis.causes[0].says
    assert diagnosis.causes[0].evidence[0].line == 2


def test_two_body_models_want_a_key_each():
    app = FastAPI()

    class User(BaseModel):
        name: str

    @app.post("/items")
    def create_item(item: Item, user: User) -> None: ...

    code = (
        "class Item(BaseModel): name: str\nclass User(BaseModel): name: str\n"
        '@app.post("/items")\ndef create_item(item: Item, user: User): ...\n'
    )
    diagnosis = explained(
        "request-value-missing", response_to(app, "POST", "/items", json={"name": "x"}), code
    )
    assert "several body parameters" in diagnosis.causes[0].says


def test_a_body_that_was_not_announced_as_json_is_explained():
    text = response_to(item_app(), "POST", "/items", content=b'{"name": "x"}')
    diagnosis = explained("request-body-not-an-object", text)
    assert "content type" in diagnosis.causes[0].says


def test_a_missing_body_is_explained():
    diagnosis = explained("request-value-missing", response_to(item_app(), "POST", "/items"))
    assert "whole body" in diagnosis.causes[0].says


def test_a_header_with_underscores_is_explained():
    app = FastAPI()

    @app.get("/items")
    def read_items(x_token: Annotated[str, Header()]) -> None: ...

    text = response_to(app, "GET", "/items", headers={"x_token": "secret"})
    assert "hyphens" in explained("request-value-missing", text).causes[0].says


def test_a_request_parameter_without_a_type_is_explained():
    app = FastAPI()

    @app.get("/items")
    def read_items(request) -> None: ...

    diagnosis = explained("request-value-missing", response_to(app, "GET", "/items"))
    assert "by their type" in diagnosis.causes[0].says


def test_a_decorator_without_wraps_is_explained():
    app = FastAPI()

    def logged(handler):
        def wrapper(*args, **kwargs):
            return handler(*args, **kwargs)

        return wrapper

    @app.get("/items")
    @logged
    def read_items(limit: int = 1) -> None: ...

    explained("wrapper-hides-signature", response_to(app, "GET", "/items"))


def test_json_with_single_quotes_is_explained():
    headers = {"content-type": "application/json"}
    text = response_to(item_app(), "POST", "/items", content=b"{'name': 'x'}", headers=headers)
    diagnosis = explained("request-json-invalid", text)
    assert "single quotes" in diagnosis.causes[0].says


def test_a_body_that_is_a_list_is_explained():
    explained("request-body-not-an-object", response_to(item_app(), "POST", "/items", json=["x"]))


def test_a_word_in_place_of_a_number_is_explained():
    explained("request-number-refused", refused(int, "many", query=True))
    explained("request-number-refused", refused(int, 1.5))
    explained("request-number-refused", refused(float, "x"))
    explained("request-number-refused", refused(Decimal, "x"))


def test_a_shadowed_route_is_seen_in_the_code():
    app = FastAPI()

    @app.get("/users/{user_id}")
    def read_user(user_id: int) -> None: ...

    @app.get("/users/me")
    def read_me() -> None: ...

    code = (
        '@app.get("/users/{user_id}")\ndef read_user(user_id: int): ...\n'
        '@app.get("/users/me")\ndef read_me(): ...\n'
    )
    diagnosis = explained("request-number-refused", response_to(app, "GET", "/users/me"), code)
    assert diagnosis.causes[0].confidence == "high"
    assert "GET /users/{user_id}" in diagnosis.causes[0].evidence[0].says


def test_a_number_in_place_of_text_is_explained():
    explained("request-string-refused", refused(str, 5))
    diagnosis = explained("request-string-refused", refused(str, None))
    assert "null" in diagnosis.causes[0].says


def test_a_word_in_place_of_a_boolean_is_explained():
    explained("request-boolean-refused", refused(bool, "perhaps", query=True))


def test_a_date_for_people_is_explained():
    explained("request-date-refused", refused(date, "20.11.2026"))


def test_a_wrong_uuid_is_explained():
    explained("request-uuid-refused", refused(UUID, "x", query=True))


def test_a_value_outside_an_enumeration_is_explained():
    class Colour(StrEnum):
        RED = "red"

    explained("request-choice-refused", refused(Colour, "RED"))
    explained("request-choice-refused", refused(Literal["a", "b"], "c"))


def test_a_forbidden_extra_is_explained():
    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")
        name: str = ""

    app = FastAPI()

    @app.get("/items")
    def read_items(filters: Annotated[Strict, Query()]) -> None: ...

    explained("request-extra-refused", response_to(app, "GET", "/items?nme=x"))


def test_a_length_out_of_bounds_is_explained():
    explained("request-length-refused", refused(Annotated[str, Field(max_length=2)], "long"))
    explained("request-length-refused", refused(Annotated[list[int], Field(min_length=2)], [1]))


def test_a_pattern_that_does_not_match_is_explained():
    explained("request-pattern-refused", refused(Annotated[str, Field(pattern="^a$")], "b"))


def test_a_number_out_of_bounds_is_explained():
    explained("request-range-refused", refused(Annotated[int, Field(le=100)], 101))
    explained("request-range-refused", refused(Annotated[Decimal, Field(max_digits=3)], "1234"))


def test_a_list_that_is_none_is_explained():
    explained("request-list-refused", refused(list[int], "1,2"))


def test_a_validator_that_refuses_is_explained():
    def refuse(value: int) -> int:
        raise ValueError("must be even")

    explained("request-validator-refused", refused(Annotated[int, AfterValidator(refuse)], 1))
    diagnosis = explained("request-validator-refused", refused(EmailStr, "nobody"))
    assert "mail" in diagnosis.causes[0].says


def test_an_unknown_tag_of_a_union_is_explained():
    class Card(BaseModel):
        kind: Literal["card"]

    class Invoice(BaseModel):
        kind: Literal["invoice"]

    payment = Annotated[Card | Invoice, Field(discriminator="kind")]
    explained("request-union-tag-refused", refused(payment, {"kind": "cash"}))
    explained("request-union-tag-refused", refused(payment, {}))


def test_a_url_without_scheme_is_explained():
    explained("request-url-refused", refused(HttpUrl, "example.com"))


def test_text_in_place_of_a_file_is_explained():
    app = FastAPI()

    @app.post("/upload")
    def upload(file: UploadFile) -> None: ...

    explained("request-file-expected", response_to(app, "POST", "/upload", data={"file": "text"}))
