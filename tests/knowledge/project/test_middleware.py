"""Middleware in every form in which it can be added, against the order in which FastAPI runs it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from maestro_knowledge.project.load import load_code

COMMON = """
from functools import partial
from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware

seen = []

async def first(request: Request, call_next):
    seen.append("first")
    return await call_next(request)

async def second(request, call_next):
    seen.append("second")
    return await call_next(request)

async def third(request, call_next, *, name=""):
    seen.append("third")
    return await call_next(request)

class Own(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        seen.append("Own.dispatch")
        return await call_next(request)

class Timer:
    async def __call__(self, request, call_next):
        seen.append("Timer.__call__")
        return await call_next(request)

    async def measure(self, request, call_next):
        seen.append("Timer.measure")
        return await call_next(request)

def make(label):
    async def inner(request, call_next):
        seen.append("make.inner")
        return await call_next(request)
    return inner

def install(target):
    target.middleware("http")(second)

timer = Timer()
"""

FORMS = {
    "called": 'app = FastAPI()\napp.middleware("http")(first)\napp.middleware("http")(second)',
    "handed over": """
app = FastAPI()
app.add_middleware(BaseHTTPMiddleware, dispatch=first)
app.add_middleware(BaseHTTPMiddleware, dispatch=second)
""",
    "mixed": """
app = FastAPI()
app.middleware("http")(first)
app.add_middleware(Own)
app.add_middleware(BaseHTTPMiddleware, dispatch=second)
@app.middleware("http")
async def decorated(request, call_next):
    seen.append("decorated")
    return await call_next(request)
""",
    "by keyword and position": """
app = FastAPI()
app.middleware(middleware_type="http")(first)
app.add_middleware(middleware_class=BaseHTTPMiddleware, dispatch=second)
app.add_middleware(BaseHTTPMiddleware, third)
""",
    "listed": """
app = FastAPI(middleware=[Middleware(BaseHTTPMiddleware, dispatch=first), Middleware(BaseHTTPMiddleware, second)])
app.middleware("http")(third)
""",
    "in a function": """
def create_app():
    app = FastAPI()
    install(app)
    app.add_middleware(BaseHTTPMiddleware, dispatch=first)
    return app
app = create_app()
""",
    "in a loop": 'app = FastAPI()\nfor each in (first, second, third):\n    app.middleware("http")(each)',
    "dispatch in a loop": """
app = FastAPI()
for each in (first, second):
    app.add_middleware(BaseHTTPMiddleware, dispatch=each)
""",
    "instances and methods": """
app = FastAPI()
app.middleware("http")(Timer())
app.add_middleware(BaseHTTPMiddleware, dispatch=timer.measure)
app.add_middleware(BaseHTTPMiddleware, dispatch=timer)
""",
    "made by calls": """
app = FastAPI()
app.middleware("http")(make("a"))
app.add_middleware(BaseHTTPMiddleware, dispatch=partial(third, name="b"))
""",
    "under another name": """
app = FastAPI()
add = app.add_middleware
add(BaseHTTPMiddleware, dispatch=first)
decorate = app.middleware("http")
decorate(second)
@decorate
async def decorated(request, call_next):
    seen.append("decorated")
    return await call_next(request)
""",
    "in place of an own method": "app = FastAPI()\napp.add_middleware(Own, dispatch=first)\napp.add_middleware(Own)",
}


@pytest.mark.parametrize("form", FORMS)
def test_middleware_is_listed_in_the_order_in_which_fastapi_runs_it(form: str) -> None:
    code = COMMON + FORMS[form]
    names: dict[str, Any] = {"__name__": "form"}
    exec(compile(code, form, "exec"), names)  # our own text
    assert TestClient(names["app"]).get("/nowhere").status_code == 404
    [app] = load_code(code).apps
    assert names["seen"]
    assert [part.function.qualname if part.function else part.name for part in app.middleware] == names[
        "seen"
    ]
