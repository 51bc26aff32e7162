"""Small applications that break between real versions of FastAPI: what is told is what really happens."""

import linecache
import sys
import traceback
import warnings
from textwrap import dedent
from types import ModuleType

import pytest
from knowledge.upgrade.conftest import INSTALLED
from packaging.version import Version

from maestro_knowledge.project.load import load_code
from maestro_knowledge.upgrade.compare import compare_versions
from maestro_knowledge.upgrade.model import Touch

pytestmark = pytest.mark.skipif(
    Version(INSTALLED) < Version("0.165.0"), reason="the applications break on FastAPI 0.165 and newer"
)

# from which version, the application, the symbol that is touched
BREAKS = [
    ("0.110.0", "fastapi.FastAPI", 'from fastapi import FastAPI\n\napp = FastAPI(colour="red")\n'),
    ("0.110.0", "fastapi.FastAPI", 'from fastapi import FastAPI\n\napp = FastAPI(openapi_prefix="/api")\n'),
    ("0.141.1", "fastapi.FastAPI", 'from fastapi import FastAPI\n\napp = FastAPI(root_path="/api")\n'),
    ("0.141.1", "fastapi.Query", 'from fastapi import Query\n\nlimit = Query(5, widget="slider")\n'),
    (
        "0.130.0",
        "fastapi.FastAPI.routes",
        """
        from fastapi import APIRouter, FastAPI

        app = FastAPI()
        app.include_router(APIRouter())
        paths = [route.path for route in app.routes]
        """,
    ),
    (
        "0.110.0",
        "fastapi.FastAPI.add_event_handler",
        """
        from fastapi import FastAPI

        app = FastAPI()
        app.add_event_handler("startup", print)
        """,
    ),
    (
        "0.110.0",
        "fastapi.FastAPI.route",
        """
        from fastapi import FastAPI

        app = FastAPI()


        @app.route("/items")
        async def read_items(request): ...
        """,
    ),
    (
        "0.110.0",
        "fastapi.templating.Jinja2Templates.TemplateResponse",
        """
        from fastapi import FastAPI, Request
        from fastapi.templating import Jinja2Templates
        from fastapi.testclient import TestClient

        app = FastAPI()
        templates = Jinja2Templates(directory="templates")


        @app.get("/")
        def read_page(request: Request):
            return templates.TemplateResponse("page.html", {"request": request})


        TestClient(app).get("/")
        """,
    ),
    (
        "0.125.0",
        "fastapi.testclient.TestClient.post",
        """
        from fastapi import FastAPI
        from fastapi.testclient import TestClient

        app = FastAPI()


        @app.post("/items")
        def create_item(item: dict): ...


        client = TestClient(app)
        assert client.post("/items", content='{"name": "Hat"}').status_code == 200
        """,
    ),
    (
        "0.130.0",
        "fastapi.responses.ORJSONResponse",
        """
        from fastapi.responses import ORJSONResponse


        def respond():
            return ORJSONResponse({})


        respond()
        """,
    ),
    (
        "0.110.0",
        "fastapi.status.HTTP_422_UNPROCESSABLE_ENTITY",
        "from fastapi import status\n\ncode = (lambda: status.HTTP_422_UNPROCESSABLE_ENTITY)()\n",
    ),
    (
        "0.120.0",
        "fastapi.temp_pydantic_v1_params.Body",
        "from fastapi.temp_pydantic_v1_params import Body\n",
    ),
    # told by the signatures alone
    (
        "0.138.0",
        "fastapi.openapi.utils.get_openapi_security_definitions",
        "from fastapi.openapi.utils import get_openapi_security_definitions\n",
    ),
    ("0.110.0", "fastapi.utils.create_response_field", "from fastapi.utils import create_response_field\n"),
    (
        "0.128.0",
        "fastapi.utils.create_model_field",
        'from fastapi.utils import create_model_field\n\ncreate_model_field("a", int, required=True)\n',
    ),
]  # fmt: skip

MODERN = """
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, status
from fastapi.responses import JSONResponse
from fastapi.templating import Jinja2Templates
from fastapi.testclient import TestClient
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


class Item(BaseModel):
    name: str


def get_user() -> str:
    return "ada"


router = APIRouter(prefix="/items", tags=["items"])
templates = Jinja2Templates(directory="templates")


@router.get("")
def read_items(user: Annotated[str, Depends(get_user)], limit: Annotated[int, Query(le=100)] = 20) -> list[Item]:
    return []


@router.post("", status_code=status.HTTP_201_CREATED)
def create_item(item: Item) -> Item:
    if not item.name:
        raise HTTPException(404)
    return item


app = FastAPI(title="Shop", lifespan=lifespan)
app.include_router(router)


@app.exception_handler(KeyError)
async def not_found(request: Request, error: KeyError) -> JSONResponse:
    return JSONResponse({}, status_code=404)


def test_items() -> None:
    with TestClient(app) as client:
        assert client.get("/items").status_code == 200
        assert client.post("/items", json={"name": "Hat"}).status_code == 201


test_items()
"""


def breaking_line(code: str) -> int:
    """The line of the application at which the installed FastAPI raises or warns; 0 if it does neither."""
    module = ModuleType("shop")
    module.__file__ = "shop.py"
    linecache.cache["shop.py"] = (len(code), None, code.splitlines(keepends=True), "shop.py")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.modules["shop"] = module
        try:
            exec(compile(code, "shop.py", "exec"), module.__dict__)
        except Exception as error:
            lines = [
                frame.lineno
                for frame in traceback.extract_tb(error.__traceback__)
                if frame.filename == "shop.py"
            ]
            return lines[-1] or 0
        finally:
            del sys.modules["shop"], linecache.cache["shop.py"]
    return next((warning.lineno for warning in caught if warning.filename == "shop.py"), 0)


def touched(code: str, since: str, released, installed_surface) -> list[Touch]:
    comparison = compare_versions(
        since,
        INSTALLED,
        old=released(since),
        new=installed_surface,
        project=load_code(code, "shop.py"),
    )
    return list(comparison.affects_project)


@pytest.mark.parametrize(("since", "symbol", "source"), BREAKS, ids=[case[1] for case in BREAKS])
def test_what_breaks_is_told_at_its_line_with_what_to_do(since, symbol, source, released, installed_surface):
    code = dedent(source)
    line = breaking_line(code)
    assert line, "it does not break"
    told = [touch for touch in touched(code, since, released, installed_surface) if touch.line == line]
    assert symbol in {touch.symbol for touch in told}
    assert all(touch.change and touch.action for touch in told)


def test_an_application_that_does_not_break_is_left_alone(released, installed_surface):
    assert breaking_line(MODERN) == 0
    told = touched(MODERN, "0.110.0", released, installed_surface)
    # `httpx2` is asked for wherever the project does not say that it has it
    assert {touch.symbol for touch in told} <= {"fastapi.testclient.TestClient"}


def test_a_version_changes_nothing_for_itself(released, installed_surface):
    for _, _, source in BREAKS:
        comparison = compare_versions(
            INSTALLED,
            INSTALLED,
            old=installed_surface,
            new=installed_surface,
            project=load_code(dedent(source)),
        )
        assert comparison.affects_project == ()


def test_security_answers_that_changed_are_told(released, installed_surface):
    code = "from fastapi.security import HTTPBearer\n\nbearer = HTTPBearer()\n"
    (told,) = touched(code, "0.121.3", released, installed_surface)
    assert (told.line, told.symbol) == (3, "fastapi.security.HTTPBearer")
    assert "401" in told.change
    assert touched(code, "0.122.0", released, installed_surface) == []


def test_dependencies_whose_end_moved_are_told(released, installed_surface):
    code = dedent(
        """
        from fastapi import Depends, FastAPI

        app = FastAPI()


        def get_session():
            yield 1


        @app.get("/")
        def read(session=Depends(get_session)): ...
        """
    )
    (told,) = touched(code, "0.110.0", released, installed_surface)
    assert (told.line, told.symbol) == (7, "yield-dependency")
    assert touched(code, "0.118.0", released, installed_surface) == []
