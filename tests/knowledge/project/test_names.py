"""What names refer to, through aliases, files, scopes and branches."""

from pathlib import Path

from knowledge.project.sources import names, write

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.names import unresolved_names


def test_aliases_of_imports_and_assignments_are_followed() -> None:
    assert names("""
import requests as r, os.path, xml.etree.ElementTree as tree
from urllib.request import urlopen as fetch
get = r.get
session = r.Session
again = get
reveal(r.get, get, again, fetch, os.path.exists, tree.parse, session, os, open, print)
""") == [
        "requests.get", "requests.get", "requests.get", "urllib.request.urlopen", "os.path.exists",
        "xml.etree.ElementTree.parse", "requests.Session", "os", "builtins.open", "builtins.print",
    ]  # fmt: skip


def test_a_local_name_hides_a_module() -> None:
    assert names("""
import requests
def f(requests):
    reveal(requests.get)
def g():
    requests = {}
    reveal(requests.get)
def h():
    reveal(requests.get)
[reveal(requests.get) for requests in []]
class C:
    requests = 1
    def m(self): reveal(requests.get)
(lambda requests: reveal(requests.get))
""") == ["", "builtins.dict.get", "requests.get", "", "requests.get", ""]


def test_what_fastapi_re_exports_is_spelled_as_fastapi_spells_it() -> None:
    assert names("""
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from fastapi.exceptions import HTTPException
from starlette.exceptions import HTTPException as Base
from fastapi.param_functions import Depends
from fastapi.params import Query
from fastapi.security.oauth2 import OAuth2PasswordBearer
from sqlalchemy.orm.session import Session
from sqlalchemy.engine import Engine
from typing_extensions import Annotated
import starlette
reveal(Request, JSONResponse, run_in_threadpool, CORSMiddleware, HTTPException, Base, Depends, Query)
reveal(OAuth2PasswordBearer, Session, Engine, Annotated, starlette.status.HTTP_201_CREATED)
""") == [
        "fastapi.Request", "fastapi.responses.JSONResponse", "fastapi.concurrency.run_in_threadpool",
        "fastapi.middleware.cors.CORSMiddleware", "fastapi.HTTPException", "starlette.exceptions.HTTPException",
        "fastapi.Depends", "fastapi.Query", "fastapi.security.OAuth2PasswordBearer", "sqlalchemy.orm.Session",
        "sqlalchemy.Engine", "typing.Annotated", "fastapi.status.HTTP_201_CREATED",
    ]  # fmt: skip


def test_imports_are_followed_across_files(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "app/__init__.py": "from .core import *\nfrom . import core as kernel",
            "app/core/__init__.py": "from .http import get, _hidden as hidden\nfrom .deep import *",
            "app/core/http.py": "from requests import get as _hidden\nfrom httpx import get",
            "app/core/deep.py": "from ..leaf import Leaf",
            "app/leaf.py": "import typing\nif typing.TYPE_CHECKING:\n    from requests import Session\nclass Leaf: ...",
            "app/main.py": """
import app
import app.core.http as http
from app import Leaf, get, kernel
from app.core import hidden
from .leaf import Session
from . import leaf
import app.leaf
reveal(get, hidden, http.get, kernel.hidden, Leaf, leaf.Leaf, app.leaf.Leaf, app.core.http.get, Session, app)
""",
        },
    )
    assert names(project) == [
        "httpx.get", "requests.get", "httpx.get", "requests.get", "app.leaf.Leaf", "app.leaf.Leaf", "app.leaf.Leaf",
        "httpx.get", "requests.Session", "app",
    ]  # fmt: skip


def test_circular_imports_and_endless_stars_end(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "a.py": "from b import *\nfrom b import thing\nother = thing\nreveal(thing, other, unknown)",
            "b.py": "from a import *\nfrom a import other as thing\nself = self",
        },
    )
    assert len(names(project)) == 3


def test_alternative_imports_mean_the_first(tmp_path: Path) -> None:
    assert names("""
try:
    import ujson as json
except ImportError:
    import json
try:
    from pydantic_settings import BaseSettings
except ImportError:
    BaseSettings = None
if flag:
    from requests import get
else:
    from httpx import get
reveal(json, BaseSettings, get)
""") == ["ujson", "pydantic_settings.BaseSettings", "requests.get"]


def test_the_binding_in_force_is_the_one_that_counts() -> None:
    assert names("""
from requests import get
reveal(get)
from httpx import get
reveal(get)
def f():
    from aiohttp import get
    reveal(get)
def g():
    reveal(get)
def h(flag):
    call = print
    if flag:
        call = open
        reveal(call)
    reveal(call)
""") == ["requests.get", "httpx.get", "aiohttp.get", "httpx.get", "builtins.open", ""]


def test_methods_are_found_on_the_class_of_the_value() -> None:
    assert names("""
import httpx, requests
class Base:
    def inherited(self): ...
class Client(Base):
    session = requests.Session()
    def __init__(self, other: httpx.Client):
        self.http = httpx.AsyncClient()
        self.other = other
        self.call = requests.get
    async def run(self):
        reveal(self.http.get, self.session.post, self.other.get, self.run, self.inherited, self.call, super().inherited)
class Session(requests.Session): ...
client = Client(None)
reveal(client.run, client.http.post, Client.run, Session().get, client.nothing)
def make() -> Client: ...
reveal(make().http.get)
""") == [
        "httpx.AsyncClient.get", "requests.Session.post", "httpx.Client.get", "code.Client.run", "code.Base.inherited",
        "requests.get", "code.Base.inherited", "code.Client.run", "httpx.AsyncClient.post", "code.Client.run",
        "requests.Session.get", "", "httpx.AsyncClient.get",
    ]  # fmt: skip


def test_a_file_never_hides_a_package_of_the_same_name(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/redis.py": "pool = 1",
            "app/logging.py": "x = 1",
            "fastapi/__init__.py": "class FastAPI: ...",
            "app/main.py": "import redis, logging, fastapi\nfrom app import redis as own\nreveal(redis.Redis, logging.info, own.pool, fastapi.FastAPI)",
        },
    )
    assert names(project) == ["redis.Redis", "logging.info", "app.redis.pool", "fastapi.FastAPI"]


def test_two_applications_of_one_name_do_not_mix(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "one/app/main.py": "from app.deps import f\nreveal(f)",
            "one/app/deps.py": "from one_package import f",
            "two/app/main.py": "from app.deps import f\nreveal(f)",
            "two/app/deps.py": "from two_package import f",
        },
    )
    assert names(project) == ["one_package.f", "two_package.f"]


def test_names_that_lead_nowhere_are_counted(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {"a.py": "from .gone import x\nfrom . import b\nprint(nowhere, len(__file__))\nb.y", "b.py": ""},
    )
    assert unresolved_names(project, project.modules[0]) == (".gone", "nowhere")
    starred = load_code("from somewhere import *\nprint(anything)")
    assert unresolved_names(starred, starred.modules[0]) == ()


def test_globals_set_in_functions_belong_to_the_module() -> None:
    assert names("""
import httpx
client = None
def start():
    global client
    client = httpx.Client()
def use():
    reveal(client.get)
def outer():
    inner = None
    def set_it():
        nonlocal inner
        inner = httpx.Client()
    reveal(inner.get)
""") == ["httpx.Client.get", "httpx.Client.get"]
