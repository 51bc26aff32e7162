"""What a project uses of the framework, followed through its own names."""

from textwrap import dedent

from maestro_knowledge.project.load import load_code
from maestro_knowledge.upgrade.uses import find_uses

APP = dedent(
    """
    import fastapi
    from fastapi import APIRouter, Depends, FastAPI as Web
    from fastapi.routing import APIRoute
    from fastapi.testclient import TestClient

    app = Web(title="Shop", **{})
    router = APIRouter(prefix="/items")
    client = TestClient(app)


    class Logged(APIRoute):
        def get_route_handler(self): ...


    def get_db():
        yield 1


    @router.get("/", tags=["x"])
    def read(db=Depends(get_db)): ...


    for route in app.routes:
        print(fastapi.status.HTTP_200_OK)

    client.post("/items", data='{"a": 1}')
    other.routes
    """
)


def uses() -> dict[tuple[str, str], tuple[int, ...]]:
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for use in find_uses(load_code(APP, "app.py")):
        key = (use.kind, use.symbol)
        found[key] = (*found.get(key, ()), use.line)
    return found


def test_names_are_followed_to_what_they_mean():
    found = uses()
    assert found["call", "fastapi.FastAPI"] == (7,)
    assert found["call", "fastapi.APIRouter.get"] == (20,)
    assert found["attribute", "fastapi.FastAPI.routes"] == (24,)
    assert found["attribute", "fastapi.status.HTTP_200_OK"] == (25,)
    assert found["import", "fastapi.routing.APIRoute"] == (4,)
    assert found["override", "fastapi.routing.APIRoute.get_route_handler"] == (13,)
    assert found["dependency", "yield-dependency"] == (16,)


def test_what_is_not_known_is_not_used():
    assert not any(line == 28 for lines in uses().values() for line in lines)


def test_the_arguments_of_calls_are_told():
    by_symbol = {use.symbol: use for use in find_uses(load_code(APP, "app.py")) if use.kind == "call"}
    web, post = by_symbol["fastapi.FastAPI"], by_symbol["fastapi.testclient.TestClient.post"]
    assert (web.given, web.spread) == (("title",), True)
    assert (post.given, post.texts, post.positional, post.first_is_text) == (("data",), ("data",), 1, True)


def test_uses_are_sorted_and_unique():
    found = find_uses(load_code(APP + APP, "app.py"))
    assert len(set(found)) == len(found)
    assert [use.line for use in found] == sorted(use.line for use in found)
