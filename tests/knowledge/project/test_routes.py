"""Applications, routers and routes where FastAPI cannot be asked: snippets, unknown parts, versions."""

from pathlib import Path

import pytest
from knowledge.project.sources import write

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.model import Project


def table(project: Project) -> list[str]:
    return [
        f"{'/'.join(route.methods) or route.operation.kind} {route.path} {route.app.id if route.app else '-'}"
        for route in project.routes
    ]


def test_a_snippet_without_imports_has_its_routes() -> None:
    project = load_code(
        "@app.get('/items/{id}')\nasync def read(id: int): ...\n@router.post('')\ndef create(): ..."
    )
    assert table(project) == ["GET /items/{id} code:app", "POST  -"]
    assert [route.operation.router.is_assumed for route in project.routes] == [True, True]


@pytest.mark.parametrize(
    "source",
    [
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/x')\ndef f(): ...",
        "import flask\n@app.route('/x')\ndef f(): ...",
        "from httpx import Client\nclient = Client()\nclient.get('/x')",
        "cache = {}\ncache.get('/x')",
        "class Api:\n    def get(self, path): ...\napi = Api()\n@api.get('/x')\ndef f(): ...",
        "from fastapi.testclient import TestClient\ndef test(client: TestClient): client.get('/x')",
        "registry.get('name')",
        "import os\nos.environ.get('/x')",
    ],
)
def test_what_only_looks_like_a_route_is_none(source: str) -> None:
    assert load_code(source).routes == ()


def test_a_function_given_an_application_registers_on_it() -> None:
    project = load_code("""
from fastapi import FastAPI, APIRouter
def setup(app: FastAPI, router: APIRouter):
    @app.get("/a")
    def a(): ...
    @router.get("/b")
    def b(): ...
""")
    assert table(project) == ["GET /a code:app", "GET /b -"]


def test_an_unknown_prefix_makes_the_path_unknown_and_is_said() -> None:
    project = load_code("""
import os
from fastapi import APIRouter, FastAPI
router = APIRouter(prefix=os.environ["PREFIX"])
@router.get("/a")
def a(): ...
app = FastAPI()
app.include_router(router)
app.include_router(somewhere)
@app.get(PATH)
def b(): ...
""")
    assert table(project) == ["GET None code:app", "GET None code:app"]
    assert [(problem.line, problem.message) for problem in project.problems] == [
        (4, "the prefix of this router is not known"),
        (9, "the router somewhere that is included here is not known"),
        (10, "the path of this route is not known"),
    ]
    assert not any(route.is_complete for route in project.routes)


def test_routes_added_after_the_inclusion_depend_on_the_version(tmp_path: Path) -> None:
    source = {
        "main.py": "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nouter = APIRouter()\ninner = APIRouter()\n"
        "outer.include_router(inner)\napp.include_router(outer)\n"
        "@inner.get('/late')\ndef late(): ...\n@outer.get('/later')\ndef later(): ...\n"
    }
    for pin, expected in (
        ("fastapi==0.136.9", []),
        ("fastapi==0.137.0", ["GET /late main:app", "GET /later main:app"]),
        ("fastapi<0.137", []),
        ("fastapi", ["GET /late main:app", "GET /later main:app"]),
    ):
        project = write(tmp_path, {**source, "requirements.txt": pin})
        assert table(project) == expected, pin
        assert len(project.operations) == (2 if expected else 0)


def test_factories_lifespans_and_tests_make_one_application(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "app.py": """
from fastapi import FastAPI
from contextlib import asynccontextmanager
@asynccontextmanager
async def lifespan(app: FastAPI):
    start(app)
    yield
def start(app: FastAPI):
    app.add_api_route("/started", lambda: 1)
def create_app():
    app = FastAPI(lifespan=lifespan)
    @app.get("/a")
    def a(): ...
    return app
""",
            "tests/test_app.py": "from app import create_app\ndef test_one(): create_app()\ndef test_two(): app = create_app()\n",
        },
    )
    assert table(project) == ["GET /a app:create_app()", "GET /started app:create_app()"]
    assert [app.factory.name for app in project.apps] == ["create_app"]


def test_settings_may_differ_at_run_time_so_both_branches_count() -> None:
    project = load_code("""
from fastapi import FastAPI
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    prefix: str = "/api"
    debug: bool = False
settings = Settings()
app = FastAPI()
if settings.debug:
    @app.get(settings.prefix + "/debug")
    def debug(): ...
else:
    @app.get(f"{settings.prefix}/plain")
    def plain(): ...
""")
    assert table(project) == ["GET /api/debug code:app", "GET /api/plain code:app"]
    assert [route.operation.is_conditional for route in project.routes] == [True, True]


def test_middleware_is_listed_as_it_runs() -> None:
    project = load_code("""
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
async def by_function(request, call_next): ...
class Own:
    def __init__(self, app): ...
    async def __call__(self, scope, receive, send): ...
app = FastAPI(middleware=[Middleware(GZipMiddleware), Middleware(Own)])
app.add_middleware(BaseHTTPMiddleware, dispatch=by_function)
@app.middleware("http")
async def decorated(request, call_next): ...
app.add_middleware(CORSMiddleware, allow_origins=["*"])
""")
    [app] = project.apps
    assert [(m.name.rpartition(".")[2], m.function.name if m.function else None) for m in app.middleware] == [
        ("CORSMiddleware", None), ("decorated", "decorated"), ("BaseHTTPMiddleware", "by_function"),
        ("GZipMiddleware", None), ("Own", "__call__"),
    ]  # fmt: skip
    assert "allow_origins" in app.middleware[0].keywords


def test_routes_in_class_based_views_leave_out_self() -> None:
    project = load_code("""
from fastapi import APIRouter
from fastapi_utils.cbv import cbv
router = APIRouter()
@cbv(router)
class Items:
    @router.get("/items/{id}")
    def read(self, id: int): ...
class Plain:
    @router.get("/plain")
    def read(self): ...
""")
    assert [[p.name for p in route.parameters] for route in project.routes] == [["id"], ["self"]]


def test_a_wiring_that_never_ends_is_cut_off() -> None:
    source = "from fastapi import APIRouter\nrouter = APIRouter()\nrouter.include_router(router)\n"
    source += "def f(n):\n    APIRouter()\n    return f(n) + f(n)\nf(1)\n"
    source += "text = 'a'\nfor a in range(9):\n  for b in [1] * 9:\n    text = text.replace('a', text)\n"
    loops = "".join("  " * depth + f"for v{depth} in {list(range(150))}:\n" for depth in range(6))
    assert load_code(source + loops + "  " * 6 + "x = v0\n").routers
    chain = "x" + "".join(f".m{n}()" for n in range(150))
    assert load_code(f"from fastapi import FastAPI\napp = FastAPI()\n{chain}\n").apps
