"""Objects that reach a helper without a type hint, or by way of a partial, an iterator or a manager."""

from pathlib import Path

from knowledge.project.sources import function, types, write

from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.load import load_code

SESSION = "sqlalchemy.orm.Session"
HEAD = """
import time
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from fastapi import Depends, FastAPI, Request
from sqlalchemy.orm import Session, sessionmaker
app = FastAPI()
Local = sessionmaker()
def get_db():
    db = Local()
    try:
        yield db
    finally:
        db.close()
"""


def test_an_untyped_parameter_holds_what_every_call_passes() -> None:
    assert types(
        HEAD
        + """
def inner(db, limit):
    reveal(db, limit)
def outer(session, *, name):
    inner(session, 10)
    reveal(name)
class Repo:
    def __init__(self, db): self.db = db
    def load(self, key, again): reveal(self.db, key, again)
class Service:
    def __init__(self, repo): self.repo = repo
    def run(self): self.repo.load("x", self)
def recursive(db, depth):
    reveal(db)
    recursive(db, depth - 1)
@app.get("/")
def handler(db: Session = Depends(get_db)):
    outer(db, name="a")
    recursive(db, 3)
    Service(Repo(db)).run()
"""
    ) == [
        SESSION,
        "builtins.int",
        "builtins.str",
        SESSION,
        "builtins.str",
        "code.Service",
        SESSION,
    ]


def test_a_parameter_that_calls_disagree_on_or_that_anybody_may_fill_stays_unknown() -> None:
    assert types(
        HEAD
        + """
from somewhere import register, other
def different(a): reveal(a)
def handed(a): reveal(a)
def starred(a): reveal(a)
def never(a): reveal(a)
@register
def decorated(a): reveal(a)
def dependency(a): reveal(a)
def unknown(a): reveal(a)
@app.get("/")
def handler(q=1, d=Depends(dependency), db: Session = Depends(get_db)):
    different(db); different(1)
    handed(db); register(handed)
    starred(*[db])
    decorated(db)
    dependency(db)
    unknown(db); unknown(other())
"""
    ) == ["", "", "", "", "", "", ""]


def test_what_the_framework_passes_is_known() -> None:
    assert types(
        HEAD
        + """
@app.middleware("http")
async def stamp(request, call_next):
    reveal(request)
@app.exception_handler(ValueError)
async def say(request, error):
    reveal(request)
"""
    ) == ["fastapi.Request", "fastapi.Request"]


def test_the_next_of_a_generator_and_what_a_stack_or_closing_enters_are_known() -> None:
    assert (
        types(
            HEAD
            + """
async def more():
    yield Local()
@contextmanager
def scope():
    yield Local()
class Unit:
    def __enter__(self):
        return Local()
    def __exit__(self, *error): ...
    def session(self): return scope()
async def f():
    reveal(next(get_db()), await anext(more()), await more().__anext__(), get_db().__next__())
    generator = get_db()
    db = next(generator)
    with ExitStack() as stack, closing(Local()) as c, Unit() as u, Unit().session() as s:
        reveal(db, stack.enter_context(scope()), c, u, s)
"""
        )
        == [SESSION] * 9
    )


def _blocks(source: str, name: str) -> list[list[str]]:
    project = load_code(HEAD + source)
    return [
        [site.target.name.rpartition("code.")[2] for site in chain.sites if site.target]
        for chain in blocking_chains(project, function(project, name))
    ]


def test_a_partial_in_a_name_is_followed_to_the_function_that_it_calls() -> None:
    source = """
import requests
fetch = partial(requests.get, timeout=3)
def slow(n): time.sleep(n)
class Client:
    def __init__(self): self.load = partial(slow, 1)
async def f():
    fetch("https://example.com")
    local = partial(slow, 2)
    local()
    partial(slow, 3)()
    Client().load()
"""
    assert _blocks(source, "f") == [
        ["requests.get"],
        ["slow", "time.sleep"],
        ["slow", "time.sleep"],
        ["slow", "time.sleep"],
    ]


def test_entering_a_manager_of_the_project_runs_its_methods() -> None:
    source = """
class Lock:
    def __enter__(self): time.sleep(1)
    def __exit__(self, *error): ...
async def f():
    with Lock(): ...
"""
    assert _blocks(source, "f") == [["Lock.__enter__", "time.sleep"]]


def test_a_session_passed_to_an_untyped_helper_in_another_file_blocks(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "app/crud.py": "def all_items(db, model):\n    return db.query(model).all()\n",
            "app/main.py": HEAD
            + "from app import crud\n@app.get('/')\nasync def items(db: Session = Depends(get_db)):\n"
            "    return crud.all_items(db, int)\n",
        },
    )
    chains = blocking_chains(project, function(project, "items"))
    assert [chain.blocking.kind for chain in chains] == ["database"]


def test_what_mappings_lists_and_models_hand_out_is_known() -> None:
    assert types(
        HEAD
        + """
from pydantic import BaseModel
class Item(BaseModel):
    id: int
class Plain:
    def copy(self): return 1
def f(by_id: dict[int, Item], items: list[Item], data: dict):
    reveal(by_id.get(1), by_id.pop(2), items.pop(), sorted(items)[0], Item.model_validate({}), items[0].model_copy())
    for item in by_id.values(): reveal(item)
    for key, value in by_id.items(): reveal(key, value)
    for item in list(items): reveal(item)
    reveal(data.get("x"), Plain().copy())
"""
    ) == ["code.Item?", *["code.Item"] * 6, "builtins.int", "code.Item", "code.Item", "", "builtins.int"]
