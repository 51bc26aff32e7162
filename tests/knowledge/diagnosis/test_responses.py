"""Answers that the real framework cannot make, each with the explanation it must get."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from knowledge.diagnosis.provoke import explained, log_of_server, traceback_of, traceback_of_request
from pydantic import BaseModel, field_validator


class Item(BaseModel):
    name: str


def crash(handler, **options) -> str:
    """The traceback of a request to a route with this handler."""
    app = FastAPI()
    app.get("/items", **options)(handler)
    return traceback_of_request(app, "GET", "/items")


def test_a_forgotten_return_is_explained():
    def read_item() -> Item: ...

    code = '@app.get("/items")\ndef read_item(q) -> Item:\n    if q:\n        return Item(name=q)\n'
    diagnosis = explained("response-validation", crash(read_item), code)
    assert "Nothing was returned" in diagnosis.causes[0].says
    assert diagnosis.causes[0].confidence == "high"
    assert any(item.line == 2 for item in diagnosis.causes[0].evidence)


def test_a_field_that_is_missing_in_the_answer_is_explained():
    diagnosis = explained("response-validation", crash(lambda: {"title": "x"}, response_model=Item))
    assert "lacks a field" in diagnosis.causes[0].says
    assert "response.name" in diagnosis.what


def test_a_coroutine_that_is_returned_is_explained():
    async def load() -> Item: ...

    coroutine = load()

    async def read_item() -> Item:
        return coroutine

    code = 'async def load(): ...\n\n@app.get("/items")\nasync def read_item() -> Item:\n    return load()\n'
    diagnosis = explained("response-validation", crash(read_item), code)
    assert "coroutine" in diagnosis.causes[0].says
    coroutine.close()
    assert "`load()` is not awaited" in {item.says for item in diagnosis.causes[0].evidence}


def test_an_object_without_json_form_is_explained():
    class Row:
        __slots__ = ()

    def read_item():
        return Row()

    explained("no-encoder-for-object", crash(read_item))


def test_a_set_in_a_json_response_is_explained():
    diagnosis = explained("not-json-serializable", crash(lambda: JSONResponse({"tags": {1}})))
    assert "`set`" in diagnosis.what


def test_the_exception_of_a_validator_in_an_own_handler_is_explained():
    app = FastAPI()

    @app.exception_handler(RequestValidationError)
    async def refuse(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": error.errors()}, status_code=422)

    class Pair(BaseModel):
        size: int

        @field_validator("size")
        @classmethod
        def check(cls, value: int) -> int:
            raise ValueError("must be even")

    @app.post("/pairs")
    def create(pair: Pair) -> None: ...

    diagnosis = explained(
        "not-json-serializable", traceback_of_request(app, "POST", "/pairs", json={"size": 1})
    )
    assert any("own handler" in cause.says for cause in diagnosis.causes)


def test_a_number_that_is_none_is_explained():
    explained("float-not-json", crash(lambda: {"mean": float("nan")}))


def test_a_header_in_another_script_is_explained():
    explained("text-not-encodable", crash(lambda: Response(headers={"X-Name": "Ελένη"})))
    explained("text-not-encodable", crash(lambda: {"name": "\ud800"}))


def test_a_body_longer_than_its_length_is_explained():
    app = FastAPI()

    @app.get("/items")
    def read_items() -> Response:
        return Response(b"abc", headers={"content-length": "2"})

    def ask(port: int) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"http://127.0.0.1:{port}/items", timeout=5)

    explained("content-length-mismatch", log_of_server(app, ask, http="h11"))


def test_a_dict_from_an_exception_handler_is_explained():
    app = FastAPI()

    @app.exception_handler(KeyError)
    async def not_found(request: Request, error: KeyError):
        return {"detail": "not found"}

    @app.get("/items")
    def read_items() -> None:
        raise KeyError

    code = (
        '@app.exception_handler(KeyError)\nasync def not_found(request, error):\n    return {"detail": "x"}\n'
    )
    diagnosis = explained("not-a-response", traceback_of_request(app, "GET", "/items"), code)
    assert "exception handler" in diagnosis.causes[0].says


def test_middleware_that_returns_nothing_is_explained():
    app = FastAPI()

    @app.middleware("http")
    async def count(request, call_next):
        await call_next(request)

    code = '@app.middleware("http")\nasync def count(request, call_next):\n    await call_next(request)\n'
    diagnosis = explained("not-a-response", traceback_of_request(app, "GET", "/"), code)
    assert "middleware" in diagnosis.causes[0].says
    assert diagnosis.causes[0].evidence[0].line == 2


def test_middleware_without_a_response_below_it_is_explained():
    app = FastAPI()

    class Silent:
        def __init__(self, app) -> None: ...

        async def __call__(self, scope, receive, send) -> None: ...

    app.add_middleware(Silent)

    @app.middleware("http")
    async def outer(request, call_next):
        return await call_next(request)

    explained("no-response-returned", traceback_of_request(app, "GET", "/"))


def test_an_error_in_the_middle_of_a_stream_is_explained():
    def rows() -> Iterator[str]:
        yield "a"
        raise HTTPException(404)

    explained("response-already-started", crash(lambda: StreamingResponse(rows())))


def test_an_error_in_a_background_task_is_explained():
    def work() -> None:
        raise HTTPException(404)

    def read_items(tasks: BackgroundTasks) -> None:
        tasks.add_task(work)

    diagnosis = explained("response-already-started", crash(read_items))
    assert "background task" in diagnosis.causes[0].says


def test_a_file_that_is_not_there_is_explained():
    explained("file-to-send-missing", crash(lambda: FileResponse("reports/none.csv")))


def test_a_static_folder_that_is_not_there_is_explained(tmp_path: Path):
    explained("static-directory-missing", traceback_of(lambda: StaticFiles(directory=tmp_path / "none")))
    explained(
        "static-directory-missing", traceback_of(lambda: FastAPI().frontend("/", directory=tmp_path / "none"))
    )


def test_templates_that_cannot_be_rendered_are_explained(tmp_path: Path):
    templates = Jinja2Templates(directory=tmp_path)

    def missing(request: Request):
        return templates.TemplateResponse(request, "page.html")

    def old(request: Request):
        return templates.TemplateResponse("page.html", {"request": request})

    explained("template-problem", crash(missing))
    code = 'templates.TemplateResponse("page.html", {"request": request})'
    diagnosis = explained("template-problem", crash(old), code)
    assert "name first" in diagnosis.causes[0].says
    explained("template-problem", "ImportError: jinja2 must be installed to use Jinja2Templates")


def test_a_name_without_route_is_explained():
    def read_items(request: Request) -> str:
        return str(request.url_for("read_item", item_id=1))

    assert "`read_item`" in explained("no-route-for-name", crash(read_items)).what


def test_a_cookie_attribute_that_does_not_exist_is_explained():
    def read_items(response: Response) -> None:
        response.set_cookie("a", "b", samesite="all")

    explained("cookie-attribute-refused", crash(read_items))
