"""Requests without a route and routes that cannot be, each with the explanation it must get."""

from types import ModuleType

from fastapi import APIRouter, FastAPI
from knowledge.diagnosis.provoke import explained, response_to, traceback_of

from maestro_knowledge.diagnosis.model import ProjectFacts, RouteFact

CODE = """
router = APIRouter(prefix="/items")

@router.get("/")
def read_items(): ...

@router.post("/{item_id}")
def change_item(item_id: int): ...

app = FastAPI()
app.include_router(router, prefix="/api")
"""


def shop() -> FastAPI:
    router = APIRouter(prefix="/items")
    router.get("/")(list)

    @router.post("/{item_id}")
    def change_item(item_id: int) -> int:
        return item_id

    app = FastAPI()
    app.include_router(router, prefix="/api")
    return app


def test_a_redirect_by_a_slash_is_explained():
    diagnosis = explained("trailing-slash-redirect", response_to(shop(), "GET", "/api/items"), CODE)
    assert "the route is `GET /api/items/`" in diagnosis.causes[0].evidence[0].says
    assert diagnosis.causes[0].confidence == "high"


def test_a_missing_prefix_is_explained_by_the_code():
    diagnosis = explained("route-not-found", response_to(shop(), "GET", "/items/"), CODE)
    assert "prefix" in diagnosis.causes[0].says
    assert "`GET /api/items/`" in diagnosis.causes[0].evidence[0].says


def test_a_missing_prefix_is_explained_by_the_project():
    facts = ProjectFacts(routes=(RouteFact("GET", "/api/items/", "read_items", "app/items.py", 7),))
    diagnosis = explained("route-not-found", response_to(shop(), "GET", "/items/"), project=facts)
    assert diagnosis.causes[0].evidence[0].told_by == "project"
    assert (diagnosis.causes[0].evidence[0].file, diagnosis.causes[0].evidence[0].line) == ("app/items.py", 7)


def test_a_router_that_is_left_out_is_seen():
    code = 'router = APIRouter()\n@router.get("/items")\ndef read(): ...\napp = FastAPI()\n'
    diagnosis = explained("route-not-found", response_to(FastAPI(), "GET", "/items"), code)
    assert "`router` is never included" in {item.says for item in diagnosis.causes[0].evidence}


def test_a_wrong_method_is_explained():
    diagnosis = explained("method-not-allowed", response_to(shop(), "GET", "/api/items/5"), CODE)
    assert "not as GET" in diagnosis.causes[0].evidence[0].says
    explained("method-not-allowed", response_to(shop(), "OPTIONS", "/api/items/"))


def test_a_route_without_any_path_is_explained():
    router = APIRouter()
    router.get("")(list)
    explained("prefix-and-path-empty", traceback_of(lambda: FastAPI().include_router(router)))


def test_slashes_in_the_wrong_place_are_explained():
    explained("path-or-prefix-slash", traceback_of(lambda: APIRouter(prefix="items")))
    explained("path-or-prefix-slash", traceback_of(lambda: APIRouter(prefix="/items/")))
    explained("path-or-prefix-slash", traceback_of(lambda: FastAPI().frontend("app", directory=".")))


def test_templates_that_cannot_be_read_are_explained():
    app = FastAPI()

    def declare_twice() -> None:
        @app.get("/{item_id}/{item_id}")
        def read_item(item_id: int): ...

    def declare_date() -> None:
        @app.get("/days/{day:date}")
        def read_day(day: str): ...

    explained("path-template-wrong", traceback_of(declare_twice))
    explained("path-template-wrong", traceback_of(declare_date))


def test_a_router_that_includes_itself_is_explained():
    router, other = APIRouter(), APIRouter()
    explained("router-includes-itself", traceback_of(lambda: router.include_router(router)))
    other.include_router(router)
    explained("router-includes-itself", traceback_of(lambda: router.include_router(other)))


def test_a_module_in_place_of_a_router_is_explained():
    diagnosis = explained("not-a-router", traceback_of(lambda: FastAPI().include_router(ModuleType("items"))))
    assert "pass the router" in diagnosis.causes[0].says


def test_a_walk_over_routes_is_explained():
    explained("routes-are-a-tree", traceback_of(lambda: [route.path for route in shop().routes]))
