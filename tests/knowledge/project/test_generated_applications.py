"""Applications made up at random: what we read in the source is what FastAPI serves."""

import sys
import types
import warnings

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from knowledge.project.real_routes import describe
from knowledge.project.truth import compare

from maestro_knowledge.project.load import load_code

HEAD = """
from enum import Enum
from typing import Annotated, Any, Literal, Optional, Union
from uuid import UUID
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query
from fastapi import Request, Response, Security, UploadFile
from fastapi.security import HTTPBearer
from pydantic import BaseModel

class Model(BaseModel):
    field: int

class Color(Enum):
    red = "red"

class Paging:
    def __init__(self, start: int = 0, size: Annotated[int, Query(le=9)] = 5): ...

class Allow:
    def __call__(self, tenant: str = "", key: str = Header("")): ...

bearer = HTTPBearer()

def plain(id: int = 0, mode: Optional[str] = None): ...

async def deeper(first: Annotated[Any, Depends(plain)], second: Paging = Depends()):
    yield first

def asking(role: str):
    def ask(token: Annotated[Any, Security(bearer, scopes=["s"])]): ...
    return ask

Shared = Annotated[Any, Depends(deeper)]
Ids = Annotated[list[int] | None, Query(alias="ids")]
"""

PARAMETERS = [
    "id: int", "id: UUID", "slug: str", "rest: str", "q: str | None = None", "flag: bool = False", "color: Color = Color.red",
    "kind: Literal['a', 'b'] = 'a'", "ids: Ids = None", "many: list[str] = Query(default=[])", "model: Model",
    "maybe: Optional[Model] = None", "raw: dict[str, Any] = {}", "items: list[Model] = []", "either: Union[int, str] = 1",
    "body: int = Body(0)", "part: Annotated[str, Body(embed=True)] = ''", "x_trace: Annotated[str, Header()] = ''",
    "session: str = Cookie('')", "request: Request", "response: Response", "tasks: BackgroundTasks",
    "paging: Annotated[Paging, Depends()]", "allowed: Any = Depends(Allow())", "shared: Shared",
    "asked: Any = Depends(asking('x'))", "nested: str = Depends(deeper)", "untyped=1", "anything: Any = None",
]  # fmt: skip
FORMS = [
    "file: UploadFile",
    "files: list[UploadFile]",
    "note: Annotated[str, Form()]",
    "upload: bytes = File(b'')",
]
PREFIXES = ["", "/a", "/b-c", "/t/{slug}"]
PATHS = ["", "/", "/me", "/{id}", "/{id:int}", "/x/{slug}", "/{rest:path}", "/deep/{id}/down"]
EXTRAS = [
    "",
    ", tags=['one']",
    ", dependencies=[Depends(plain)]",
    ", deprecated=True",
    ", include_in_schema=False",
]
names = st.integers(0, 3)


@st.composite
def functions(draw: st.DrawFn, number: int) -> str:
    pool = draw(st.sampled_from([PARAMETERS, PARAMETERS, PARAMETERS + FORMS]))
    chosen = draw(st.lists(st.sampled_from(pool), max_size=4, unique_by=lambda text: text.partition(":")[0]))
    signature = ", ".join(["*", *chosen]) if chosen else ""
    word = draw(st.sampled_from(["def", "async def"]))
    router = draw(st.sampled_from(["app", "r0", "r1", "r2", "r3"]))
    path, extra = draw(st.sampled_from(PATHS)), draw(st.sampled_from(EXTRAS))
    method = draw(st.sampled_from(["get", "post", "put", "delete"]))
    body = f"{word} handler{number}({signature}): ...\n"
    style = draw(st.sampled_from(["decorator", "decorator", "call", "many"]))
    if style == "call":
        return (
            f"{body}{router}.add_api_route('{path}', handler{number}, methods=['{method.upper()}']{extra})\n"
        )
    if style == "many":
        return f"@{router}.api_route('{path}', methods=['GET', '{method}']{extra})\n{body}"
    return f"@{router}.{method}('{path}'{extra})\n{body}"


@st.composite
def inclusions(draw: st.DrawFn) -> str:
    child = draw(names)
    parent = draw(st.sampled_from(["app", *(f"r{n}" for n in range(child))]))
    prefix, extra = draw(st.sampled_from(PREFIXES)), draw(st.sampled_from(EXTRAS))
    style = draw(st.sampled_from(["plain", "loop", "function", "condition"]))
    if style == "loop":
        return f"for each in [r{child}]:\n    {parent}.include_router(each, prefix='{prefix}'{extra})\n"
    if style == "function":
        return f"def join(target, *, where='{prefix}'):\n    target.include_router(r{child}, prefix=where{extra})\njoin({parent})\n"
    if style == "condition":
        return f"if True:\n    {parent}.include_router(r{child}, prefix='{prefix}'{extra})\nelse:\n    r0 = None\n"
    return f"{parent}.include_router(r{child}{f', prefix={prefix!r}' if prefix else ''}{extra})\n"


@st.composite
def applications(draw: st.DrawFn) -> str:
    app = (
        f"app = FastAPI({draw(st.sampled_from(['', 'dependencies=[Depends(plain)]', 'deprecated=True']))})\n"
    )
    routers = [
        f"r{n} = APIRouter(prefix='{draw(st.sampled_from(PREFIXES))}'{draw(st.sampled_from(EXTRAS))})\n"
        for n in range(4)
    ]
    parts = [draw(functions(n)) for n in range(draw(st.integers(1, 5)))]
    parts += draw(st.lists(inclusions(), max_size=5))
    return HEAD + app + "".join(routers) + "".join(draw(st.permutations(parts)))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(applications())
def test_any_application_is_wired_as_fastapi_wires_it(source: str) -> None:
    module = types.ModuleType("made_up")
    sys.modules["made_up"] = module  # where annotations are looked up
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "made_up.py", "exec"), module.__dict__)
            real = describe(module.app)
        except Exception:
            assume(False)
    project = load_code(source, "made_up.py")
    count, differences = compare(project, {"made_up.py": {"app": real}})
    assert count == 1, project.apps
    assert differences == [], source
