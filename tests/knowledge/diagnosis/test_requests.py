"""Requests that the real framework cannot read, each with the explanation it must get."""

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Form, Request, UploadFile
from fastapi.testclient import TestClient
from knowledge.diagnosis.provoke import (
    explained,
    response_to,
    traceback_of,
    traceback_of_request,
    traceback_of_run,
)
from starlette.requests import ClientDisconnect


def form_app() -> FastAPI:
    app = FastAPI()

    @app.post("/items")
    async def create_item(name: Annotated[str, Form()], file: UploadFile | None = None) -> None: ...

    return app


def test_a_form_without_boundary_is_explained():
    headers = {"content-type": "multipart/form-data"}
    diagnosis = explained(
        "body-not-parsed", response_to(form_app(), "POST", "/items", content=b"x", headers=headers)
    )
    assert "boundary" in diagnosis.causes[0].says
    headers = {"content-type": "multipart/form-data; boundary=a"}
    explained("body-not-parsed", response_to(form_app(), "POST", "/items", content=b"xxxx", headers=headers))


def test_json_in_another_encoding_is_explained():
    app = FastAPI()

    @app.post("/items")
    def create_item(item: dict) -> None: ...

    headers = {"content-type": "application/json"}
    explained(
        "body-not-parsed", response_to(app, "POST", "/items", content=b'{"a": "\xe9\xff"}', headers=headers)
    )


def test_a_form_out_of_bounds_is_explained():
    long = {"name": (None, "x" * 1_100_000)}
    assert "1024KB" in explained("form-too-large", response_to(form_app(), "POST", "/items", files=long)).what
    many = {f"field{number}": "x" for number in range(1001)}
    explained("form-too-large", response_to(form_app(), "POST", "/items", data=many))


def test_a_body_over_the_limit_is_explained():
    app = FastAPI(max_body_size=10)

    @app.post("/items")
    def create_item(item: dict) -> None: ...

    explained("body-too-large", response_to(app, "POST", "/items", json={"name": "much too long"}))


def test_a_consumed_stream_is_explained():
    app = FastAPI()

    @app.post("/items")
    async def create_item(request: Request, name: Annotated[str, Form()]) -> int:
        return len(await request.body())

    explained("stream-consumed", traceback_of_request(app, "POST", "/items", data={"name": "x"}))


def test_an_upload_in_a_background_task_is_explained():
    app = FastAPI()
    failures: list[str] = []

    def index(file: UploadFile) -> None:
        failures.append(traceback_of(file.file.read))

    @app.post("/items")
    async def create_item(file: UploadFile, tasks: BackgroundTasks) -> None:
        await file.close()
        tasks.add_task(index, file)

    TestClient(app).post("/items", files={"file": b"x"})
    code = "async def create_item(file: UploadFile, tasks):\n    tasks.add_task(index, file)\n"
    diagnosis = explained("upload-closed", failures[0], code)
    assert "background task" in diagnosis.causes[0].says
    assert diagnosis.causes[0].evidence[0].line == 2


def test_a_client_that_went_away_is_explained():
    async def main() -> None:
        async def receive():
            return {"type": "http.disconnect"}

        await Request({"type": "http", "method": "POST", "headers": []}, receive).body()

    text = traceback_of_run(main)
    assert ClientDisconnect.__name__ in text
    explained("client-disconnected", text)


def test_a_session_without_middleware_is_explained():
    app = FastAPI()

    @app.get("/session")
    def read_session(request: Request):
        return request.session

    @app.get("/user")
    def read_user(request: Request):
        return request.user

    explained("session-middleware-missing", traceback_of_request(app, "GET", "/session"))
    diagnosis = explained("session-middleware-missing", traceback_of_request(app, "GET", "/user"))
    assert "dependency" in diagnosis.causes[0].says

    if find_spec("itsdangerous") is None:
        explained(
            "session-middleware-missing", traceback_of(lambda: import_module("starlette.middleware.sessions"))
        )
