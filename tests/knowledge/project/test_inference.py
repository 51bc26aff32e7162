"""What values are, from annotations, assignments and known results."""

from pathlib import Path

from knowledge.project.sources import marked, types, write

from maestro_knowledge.project.inference import infer, is_kind_of
from maestro_knowledge.project.load import load_code


def test_annotations_are_read_through_aliases_optionals_and_strings() -> None:
    assert types("""
from typing import Annotated, Optional, Union, NewType, Any
from fastapi import Depends
from sqlalchemy.orm import Session
SessionDep = Annotated[Session, Depends(print)]
Nested = Optional[SessionDep]
Id = NewType("Id", int)
def f(a: Session, b: SessionDep, c: Nested, d: "Session | None", e: list[Session], g: Id, h: Any, i: Union[int, str],
      j: type[Session], k: dict[str, Session], unknown: Nowhere, bare, *args: int):
    reveal(a, b, c, d, e, e[0], g, h, i, j, k["x"], unknown, bare, args)
    for item in e: reveal(item)
""") == [
        "sqlalchemy.orm.Session", "sqlalchemy.orm.Session", "sqlalchemy.orm.Session?", "sqlalchemy.orm.Session?",
        "builtins.list[sqlalchemy.orm.Session]", "sqlalchemy.orm.Session", "builtins.int", "typing.Any",
        "typing.Union[builtins.int, builtins.str]", "type[sqlalchemy.orm.Session]", "sqlalchemy.orm.Session", "", "", "",
        "sqlalchemy.orm.Session",
    ]  # fmt: skip


def test_dependencies_tell_what_a_parameter_holds() -> None:
    assert types("""
from collections.abc import AsyncIterator, Generator
from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer, HTTPBearer
from sqlalchemy.orm import Session, sessionmaker
Maker = sessionmaker()
def plain():
    db = Maker()
    try:
        yield db
    finally:
        db.close()
def annotated() -> Generator[Session, None, None]: yield None
async def coroutine() -> Session: ...
def with_block():
    with Maker() as session: yield session
class Service: ...
class Callable:
    def __call__(self) -> Service: ...
def f(a=Depends(plain), b=Depends(annotated), c=Depends(coroutine), d=Depends(with_block), e=Depends(Service),
      g: Service = Depends(), h=Depends(Callable()), i=Depends(OAuth2PasswordBearer(tokenUrl="t")), j=Depends(lambda: 1)):
    reveal(a, b, c, d, e, g, h, i, j)
""") == [
        "sqlalchemy.orm.Session", "sqlalchemy.orm.Session", "sqlalchemy.orm.Session", "sqlalchemy.orm.Session",
        "code.Service", "code.Service", "code.Service", "builtins.str", "",
    ]  # fmt: skip


def test_context_managers_give_what_they_enter() -> None:
    assert types("""
import httpx, sqlite3
from contextlib import contextmanager, asynccontextmanager
from sqlalchemy.ext.asyncio import async_sessionmaker, AsyncSession
from sqlalchemy.orm import sessionmaker
class Own:
    def __enter__(self): return self
class Other:
    def __enter__(self) -> int: ...
@contextmanager
def scope():
    yield sqlite3.connect("x")
@asynccontextmanager
async def client() -> None:
    async with httpx.AsyncClient() as inner:
        yield inner
make = async_sessionmaker()
custom = sessionmaker(class_=AsyncSession)
async def f():
    with Own() as a, Other() as b, scope() as c, open("x") as d: reveal(a, b, c, d)
    async with httpx.AsyncClient() as e, client() as g, make() as h, make.begin() as i, custom() as j:
        reveal(e, g, h, i, j)
""") == [
        "code.Own", "builtins.int", "sqlite3.Connection", "io.TextIOWrapper", "httpx.AsyncClient", "httpx.AsyncClient",
        "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession",
    ]  # fmt: skip


def test_coroutines_have_to_be_awaited() -> None:
    assert types("""
import httpx
async def load() -> int: ...
async def silent(): ...
async def f(client: httpx.AsyncClient):
    reveal(load(), await load(), silent(), await silent(), client.get("x"), await client.get("x"), (await client.get("x")).text)
""") == [
        "await builtins.int", "builtins.int", "await ?", "", "await httpx.Response", "httpx.Response", "builtins.str",
    ]  # fmt: skip


def test_results_follow_from_what_functions_return() -> None:
    assert types("""
import httpx
def make(): return httpx.Client()
def either(flag):
    if flag: return httpx.Client()
    return None
def mixed(flag): return httpx.Client() if flag else 1
def again(n): return again(n - 1)
class Builder:
    def step(self) -> "Builder": ...
    @property
    def client(self): return make()
    @classmethod
    def new(cls): return cls()
reveal(make(), either(1), mixed(1), again(1), Builder().step().step().client, Builder.new())
a, (b, c) = make(), (1, "x")
reveal(a, b, c)
first, second = 1, "x"
reveal(first, second, [make()][0], (1, "x")[1], "a" + "b", f"{a}", {"a": 1}, 1 < 2, not_known)
""") == [
        "httpx.Client", "httpx.Client?", "", "", "httpx.Client", "code.Builder", "httpx.Client", "builtins.int",
        "builtins.str", "builtins.int", "builtins.str", "httpx.Client", "builtins.str", "builtins.str", "builtins.str", "builtins.dict", "builtins.bool",
        "",
    ]  # fmt: skip


def test_application_state_is_known_where_everything_put_there_agrees(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        {
            "main.py": "import httpx\nfrom fastapi import FastAPI\nasync def lifespan(app: FastAPI):\n"
            "    app.state.client = httpx.AsyncClient()\n    app.state.mixed = 1\n    yield\n",
            "api.py": "from fastapi import Request\ndef f(request: Request):\n    request.app.state.mixed = ''\n"
            "    reveal(request.app.state.client, request.app.state.mixed, request.app)\n",
        },
    )
    assert types(project) == ["httpx.AsyncClient", "", "fastapi.FastAPI"]


def test_kinds_follow_base_classes_of_the_project_and_of_known_packages() -> None:
    project = load_code("""
import sqlmodel, unknown_package
from pydantic import BaseModel
class Base(BaseModel): ...
class Item(Base): ...
class Odd(unknown_package.Thing): ...
class Lost(nowhere): ...
class Plain: ...
reveal(Item(), sqlmodel.Session(), Odd(), Lost(), Plain())
""")
    found = [infer(project, module, node) for module, node in marked(project)]
    assert [is_kind_of(project, type_, "pydantic.BaseModel") for type_ in found] == [
        True,
        False,
        False,
        None,
        False,
    ]
    assert is_kind_of(project, found[1], "sqlalchemy.orm.Session") is True
    assert is_kind_of(project, None, "x") is None


def test_deep_expressions_end_in_not_known_instead_of_a_crash() -> None:
    assert types(
        "x = a" + ".b()" * 250 + "\nreveal(x)\n" + "y = " + "(" * 90 + "1" + ")" * 90 + "\nreveal(y)"
    ) == ["", "builtins.int"]
    chain = "\n".join(f"v{n} = v{n - 1}" for n in range(1, 2000))
    assert types(f"v0 = 1\n{chain}\nreveal(v1999)")[0] in {"", "builtins.int"}
