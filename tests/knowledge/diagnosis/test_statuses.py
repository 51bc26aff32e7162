"""Bare statuses, as they stand in logs, each with the explanation it must get."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from knowledge.diagnosis.provoke import explained, response_to

from maestro_knowledge.diagnosis.match import diagnose


def log_line(app: FastAPI, method: str, url: str) -> str:
    return response_to(app, method, url).split("\n")[0]


def test_a_logged_422_is_explained_with_what_the_code_shows():
    app = FastAPI()

    @app.get("/items")
    def read_items(limit: Annotated[int, Query()]) -> None: ...

    line = log_line(app, "GET", "/items")
    explained("request-refused", line)
    code = '@app.post("/items")\nasync def create(item: Item, file: UploadFile): ...\nclass Item(BaseModel): name: str\n'
    diagnosis = explained("request-refused", line, code)
    assert "declared together" in diagnosis.causes[0].says


def test_a_logged_500_asks_for_the_traceback():
    app = FastAPI()

    @app.get("/items")
    def read_items() -> None:
        raise KeyError

    diagnosis = explained("internal-server-error", log_line(app, "GET", "/items"))
    assert diagnosis.confidence == "low"


def test_a_host_that_is_not_allowed_is_explained():
    app = FastAPI()
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["shop.example.com"])
    explained("host-header-refused", response_to(app, "GET", "/"))


@pytest.mark.parametrize(
    ("family", "text"),
    [
        # proxies and process managers are not among the test dependencies; these are their documented texts
        ("gateway-error", "<html><head><title>502 Bad Gateway</title></head></html>"),
        (
            "gateway-error",
            "upstream prematurely closed connection while reading response header from upstream",
        ),
        ("worker-killed", "[CRITICAL] WORKER TIMEOUT (pid:42)"),
        ("worker-killed", "[ERROR] Worker (pid:42) was sent SIGKILL! Perhaps out of memory?"),
    ],
)
def test_what_proxies_and_managers_say_is_explained(family, text):
    explained(family, text)


def test_a_status_beside_an_unknown_traceback_is_not_claimed():
    text = (
        'INFO:     127.0.0.1:5000 - "GET /items HTTP/1.1" 500 Internal Server Error\n'
        "ERROR:    Exception in ASGI application\nTraceback (most recent call last):\n"
        '  File "/srv/app/main.py", line 7, in read\n    return ITEMS[5]\nKeyError: 5\n'
    )
    assert not diagnose(text).known
