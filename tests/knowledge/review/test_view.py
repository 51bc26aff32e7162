"""What a rule may ask of the project, and what it is told when nothing is known."""

import ast

import pytest

from maestro_knowledge.project.load import load_code
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.edits import apply_edits
from maestro_knowledge.review.view import View

CODE = """\
import requests as rq
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

app = FastAPI()
router = APIRouter(prefix="/v1")


class Item(BaseModel):
    name: str


def settings(): ...


def user(settings=Depends(settings)): ...


@router.get("/items")
@router.get("/things")
def items(user=Depends(user)):
    item = Item(name="häß")
    unknown.call(item)
    return rq.get("x", timeout=1)


app.include_router(router)
"""


@pytest.fixture
def view() -> View:
    return View(load_code(CODE, "app.py"))


@pytest.fixture
def module(view: View) -> Module:
    return view.project.modules[0]


def _call(module: Module, start: str) -> ast.Call:
    return next(node for node in module.nodes[ast.Call] if ast.unparse(node).startswith(start))


def test_names_are_what_they_refer_to_and_empty_when_unknown(view: View, module: Module) -> None:
    assert view.name(module, _call(module, "rq.get").func) == "requests.get"
    assert view.name(module, _call(module, "unknown").func) == ""
    assert view.name(module, None) == ""


def test_types_follow_base_classes(view: View, module: Module) -> None:
    made = view.type(module, _call(module, "Item("))
    assert view.is_a(made, "pydantic.BaseModel")
    assert not view.is_a(made, "fastapi.FastAPI")
    assert not view.is_a(None, "pydantic.BaseModel")


def test_calls_are_named_once_in_source_order(view: View, module: Module) -> None:
    assert [name for _, name in view.calls_to(module, {"requests.get", "fastapi.FastAPI"})] == [
        "fastapi.FastAPI",
        "requests.get",
    ]


def test_functions_know_their_operations_routes_and_role(view: View, module: Module) -> None:
    by_name = {function.name: function for function in module.functions}
    handler = view.around(module, _call(module, "rq.get"))
    assert handler is by_name["items"]
    assert sorted(route.path or "" for route in view.routes(handler)) == ["/v1/items", "/v1/things"]
    assert len(view.operations(handler)) == 2
    assert view.is_handler(handler)
    assert view.is_dependency(by_name["settings"])
    assert not view.is_handler(by_name["user"])
    assert not view.is_dependency(None)


def test_each_place_that_declares_a_dependency_is_told_once(view: View) -> None:
    assert sorted(dependency.name for dependency in view.dependencies) == ["app.settings", "app.user"]


def test_edits_hit_characters_behind_others_than_ascii(view: View, module: Module) -> None:
    call = _call(module, "Item(")
    assert view.source(module, call) == 'Item(name="häß")'
    edits = [view.insert_before(module, call, "<"), view.insert_after(module, call, ">")]
    assert 'item = <Item(name="häß")>\n' in apply_edits(module.text, edits)
    assert "item = None\n" in apply_edits(module.text, [view.replace(module, call, "None")])


def test_what_is_costly_is_made_once(view: View) -> None:
    made: list[int] = []
    for _ in range(3):
        assert view.once("here", lambda: made.append(1) or "value") == "value"
    assert made == [1]
