"""Who calls whom, where it runs, and which way leads to something that blocks."""

from pathlib import Path

import pytest
from knowledge.project.sources import function, write

from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.calls import callers_of, calls_in, frame_of, frames
from maestro_knowledge.project.dependencies import blocking_imports, imported_packages
from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.model import Project


def ways(project: Project, name: str) -> list[str]:
    """Each way from a function to what blocks, as one line."""
    return [
        " > ".join(
            [*(site.target.name for site in chain.sites if site.target is not None), chain.blocking.kind]
        )
        for chain in blocking_chains(project, function(project, name))
    ]


@pytest.mark.parametrize(
    ("head", "call", "kind"),
    [
        ("import requests", "requests.get('x')", "http"),
        ("import requests as http", "http.Session().post('x')", "http"),
        ("from requests import get as fetch", "fetch('x')", "http"),
        ("import httpx", "httpx.Client().get('x')", "http"),
        ("import httpx2", "httpx2.get('x')", "http"),
        ("import urllib.request", "urllib.request.urlopen('x')", "http"),
        ("import urllib3", "urllib3.PoolManager().request('GET', 'x')", "http"),
        ("import http.client", "http.client.HTTPSConnection('x').getresponse()", "http"),
        ("from openai import OpenAI", "OpenAI().chat.completions.create()", "http"),
        ("import boto3", "boto3.client('s3').put_object()", "http"),
        ("from time import sleep as nap", "nap(1)", "sleep"),
        ("from pathlib import Path", "(Path('a') / 'b').read_text()", "file"),
        ("", "open('x')", "file"),
        ("import shutil, os", "os.path.exists('x')", "file"),
        ("import subprocess", "subprocess.run(['x'])", "process"),
        ("import subprocess", "subprocess.Popen(['x']).wait()", "process"),
        ("import sqlite3", "sqlite3.connect('x').execute('y')", "database"),
        ("import psycopg2", "psycopg2.connect('x').cursor().execute('y')", "database"),
        ("import redis", "redis.Redis.from_url('x').get('y')", "database"),
        ("from pymongo import MongoClient", "MongoClient().shop.items.find_one({})", "database"),
        ("from pymongo import MongoClient", "MongoClient()['shop']['items'].insert_one({})", "database"),
        ("from sqlmodel import Session, select", "Session(None).exec(select(1))", "database"),
        ("from sqlalchemy import create_engine", "create_engine('x').connect()", "database"),
        ("import bcrypt", "bcrypt.checkpw(b'a', b'b')", "cpu"),
        ("from passlib.context import CryptContext", "CryptContext().verify('a', 'b')", "cpu"),
        ("from pwdlib import PasswordHash", "PasswordHash.recommended().hash('a')", "cpu"),
        ("from PIL import Image", "Image.open('x').thumbnail((1, 1))", "cpu"),
        ("import smtplib", "smtplib.SMTP('x').send_message(1)", "network"),
        ("import threading", "threading.Lock().acquire()", "lock"),
        ("import asyncio", "asyncio.run(print())", "run"),
    ],
)
def test_what_blocks_is_known_by_its_resolved_name(head: str, call: str, kind: str) -> None:
    project = load_code(f"{head}\nasync def f():\n    return {call}\n")
    assert kind in {chain.blocking.kind for chain in blocking_chains(project, function(project, "f"))}


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("import requests", "requests.Request('GET', 'x')"),
        ("requests = {}", "requests.get('x')"),
        ("import httpx", "await httpx.AsyncClient().get('x')"),
        ("import redis.asyncio as redis", "await redis.Redis().get('x')"),
        ("import redis", "redis.Redis().pipeline()"),
        ("from asyncio import sleep", "await sleep(1)"),
        ("from sqlalchemy.ext.asyncio import AsyncSession", "AsyncSession().add(1)"),
        ("from sqlalchemy.orm import Session", "Session().add(1)"),
        ("from sqlalchemy import select", "select(1).where(2)"),
        ("import aiofiles", "aiofiles.open('x')"),
        ("def open(x): ...", "open('x')"),
        ("from unknown import client", "client.get('x')"),
        ("import hashlib", "hashlib.sha256(b'x').hexdigest()"),
        ("from fastapi import UploadFile", "UploadFile(None).read()"),
        ("import os", "os.path.join('a', 'b')"),
    ],
)
def test_what_only_looks_like_it_does_not_block(head: str, call: str) -> None:
    project = load_code(f"{head}\nasync def f():\n    return {call}\n")
    assert ways(project, "f") == []


def test_helpers_are_followed_across_files_and_classes(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/api.py": """
from fastapi import APIRouter, Depends
from app.service import Service, get_service, helper
router = APIRouter()
@router.get("/a")
async def direct(): return helper()
@router.get("/b")
async def injected(service: Service = Depends(get_service)): return service.load()
@router.get("/c")
async def made(): return Service().name
@router.get("/d")
def threaded(): return helper()
""",
            "app/service.py": """
import time, requests
from functools import lru_cache
from app import store
def helper(): return [store.read(n) for n in range(3)]
class Base:
    def fetch(self): return requests.get("x")
class Service(Base):
    def __init__(self): self.name = cached()
    def load(self): return self.fetch()
@lru_cache
def cached(): return open("x").read()
def get_service(): return Service()
""",
            "app/store.py": "import time\ndef read(n): time.sleep(n)\n",
        },
    )
    assert ways(project, "direct") == ["app.service.helper > app.store.read > time.sleep > sleep"]
    assert ways(project, "injected") == [
        "app.service.Service.load > app.service.Base.fetch > requests.get > http"
    ]
    chains = blocking_chains(project, function(project, "made"))
    assert {chain.is_cached for chain in chains} == {True}
    assert frame_of(project, function(project, "threaded")).place == "thread"
    assert [site.caller.name for site in callers_of(project, function(project, "helper"))] == [
        "direct",
        "threaded",
    ]


def test_what_a_thread_is_handed_is_not_on_the_way() -> None:
    project = load_code("""
import asyncio, time, functools, concurrent.futures, threading, anyio
from asgiref.sync import sync_to_async
from fastapi import BackgroundTasks
from fastapi.concurrency import run_in_threadpool
from starlette.background import BackgroundTask
def slow(): time.sleep(1)
def in_thread(function):
    @functools.wraps(function)
    async def wrapper(*args): return await asyncio.to_thread(function, *args)
    return wrapper
@in_thread
def decorated(): time.sleep(1)
async def f(tasks: BackgroundTasks):
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(slow)
    await run_in_threadpool(slow)
    await anyio.to_thread.run_sync(slow)
    await loop.run_in_executor(None, slow)
    await loop.run_in_executor(None, functools.partial(slow))
    await sync_to_async(slow)()
    with concurrent.futures.ThreadPoolExecutor() as pool: pool.submit(slow)
    threading.Thread(target=slow).start()
    tasks.add_task(slow)
    BackgroundTask(slow)
    await decorated()
    await run_in_threadpool(lambda: slow())
    def inner(): slow()
    await asyncio.to_thread(inner)
async def g():
    await run_in_threadpool(print, slow())
""")
    assert ways(project, "f") == []
    assert ways(project, "g") == ["code.slow > time.sleep > sleep"]
    handed = [site.hand_off for site in calls_in(project, function(project, "f")) if site.hand_off]
    assert handed.count("thread") == 12
    assert handed.count("background") == 2


def test_coroutines_recursion_and_unknown_calls_end_the_way() -> None:
    project = load_code("""
import time
async def other(): time.sleep(1)
def left(n): return right(n) if n else time.sleep(1)
def right(n): return left(n - 1)
async def f(): await other(); left(3); unknown()
""")
    assert ways(project, "f") == ["code.left > time.sleep > sleep"]
    assert ways(project, "other") == ["time.sleep > sleep"]
    assert "code.left > time.sleep > sleep" in ways(project, "right")


def test_frames_say_where_the_framework_runs_what() -> None:
    project = load_code("""
from contextlib import asynccontextmanager
from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
from starlette.middleware.base import BaseHTTPMiddleware
@asynccontextmanager
async def lifespan(app): yield
class Middle(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next): return await call_next(request)
app = FastAPI(lifespan=lifespan)
app.add_middleware(Middle)
class Service:
    def __init__(self): ...
def sync_dependency(): ...
async def async_dependency(inner=Depends(sync_dependency)): yield
def task(): ...
@app.get("/")
def handler(a=Depends(async_dependency), s: Service = Depends(), tasks: BackgroundTasks = None): tasks.add_task(task)
@app.websocket("/ws")
async def socket(websocket: WebSocket): ...
@app.exception_handler(ValueError)
def failed(request, error): ...
@app.on_event("startup")
def start(): ...
async def alone(): ...
def never(): ...
""")
    assert {f.function.qualname: (f.place, f.role) for f in frames(project)} == {
        "lifespan": ("loop", "lifespan"),
        "Middle.dispatch": ("loop", "middleware"),
        "Service.__init__": ("thread", "dependency"),
        "sync_dependency": ("thread", "dependency"),
        "async_dependency": ("loop", "dependency"),
        "task": ("thread", "background task"),
        "handler": ("thread", "path operation"),
        "socket": ("loop", "websocket"),
        "failed": ("thread", "exception handler"),
        "start": ("loop", "startup"),
        "alone": ("loop", "coroutine"),
    }
    assert frame_of(project, function(project, "never")) is None


def test_a_project_adds_names_that_block_and_that_hand_over(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "pyproject.toml": '[tool.fastapi-maestro]\nblocking = ["vendor.sdk.call", "main.own"]\noffloading = ["vendor.run"]\n',
            "main.py": "import time, vendor\nfrom vendor.sdk import call\ndef own(): ...\ndef slow(): time.sleep(1)\n"
            "async def f(): call(); own(); await vendor.run(slow)\n",
        },
    )
    assert ways(project, "f") == ["vendor.sdk.call > custom", "main.own > custom"]


def test_imports_say_whether_they_block_and_where_the_loop_waits_for_them() -> None:
    project = load_code("""
import requests, json, redis.asyncio, PIL.Image
from urllib.request import urlopen
from sqlalchemy.orm import Session
def helper(): return requests.get("x")
async def f(db: Session): helper(); db.commit()
def g(): return urlopen("x")
""")
    found = {entry.name: entry for entry in imported_packages(project)}
    assert set(found) == {"requests", "json", "redis.asyncio", "PIL", "urllib.request", "sqlalchemy"}
    assert found["requests"].used_in_async == ("<code>:6 f",)
    assert found["urllib.request"].used_in_async == ()
    assert found["json"].kind == "standard library"
    assert "AsyncSession" in found["sqlalchemy"].instead
    assert [entry.name for entry in blocking_imports(project)] == [
        "PIL",
        "requests",
        "sqlalchemy",
        "urllib.request",
    ]


_IN_CIRCLES = """
import time
import requests


def wait():
    time.sleep(1)
    around()


def around():
    requests.get("x")
    wait()
    further()


def further():
    open("x")
    around()


def script():
    further()
    around()
    subprocess.run([])


async def serve():
    around()


async def other():
    wait()
    further()
"""


@pytest.mark.parametrize("first", ["script", "serve", "wait"])
def test_ways_do_not_depend_on_which_function_is_asked_first(first: str) -> None:
    asked = load_code(_IN_CIRCLES, "main.py")
    other = load_code(_IN_CIRCLES, "main.py")
    ways(asked, first)
    names = ["serve", "other", "wait", "around", "further"]
    found = {name: ways(asked, name) for name in names}
    assert found == {name: ways(other, name) for name in names}
    assert all(found.values())


def test_functions_that_the_loop_does_not_reach_are_left_until_they_are_asked_about() -> None:
    project = load_code(_IN_CIRCLES, "main.py")
    ways(project, "serve")
    known = {function.name for function in project.memory.chains}
    assert known == {"serve", "other", "wait", "around", "further"}
    assert ways(project, "script")
