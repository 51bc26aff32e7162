"""A resource, from a request to files that were tried."""

from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, Conflict, TooLarge
from maestro_knowledge.scaffold.names import read_names
from maestro_knowledge.scaffold.plurals import pluralize, singularize
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.route import scaffold_route

TODO = {
    "name": "todo",
    "fields": ["title:string(min_length=1)", "class:enum[low|high]=low", "due:date?"],
    "options": {"storage": "memory", "sort": ["due"], "filters": ["class"]},
}


def test_a_resource_passes_every_check_and_is_written_once(tmp_path):
    made = scaffold_route(TODO, project_root=tmp_path, write=True)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert made.written
    assert {file.action for file in made.files} == {"create"}
    again = scaffold_route(TODO, project_root=tmp_path, write=True)
    assert {file.action for file in again.files} == {"unchanged"}


@pytest.mark.parametrize("storage", ["sqlalchemy", "sqlmodel"])
def test_a_stored_resource_passes_every_check(storage):
    options = {"storage": storage, "timestamps": True, "soft_delete": True, "pagination": {"style": "cursor"}}
    fields = ["sku:string(unique,max_length=20)", "price:decimal(ge=0,decimal_places=2)", "metadata:dict?"]
    request = {
        "name": "product",
        "fields": fields,
        "options": options,
        "operations": ["list", "create", "replace"],
    }
    made = scaffold_route(request, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert not made.written


@pytest.mark.parametrize("name", ["item", "item key", "path", "service"])
def test_a_resource_may_have_the_name_of_what_its_own_code_calls_something(name):
    made = scaffold_route({"name": name, "fields": ["title:string"]}, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks


def test_a_dry_run_writes_nothing(tmp_path):
    scaffold_route(TODO, project_root=tmp_path, write=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_differs_is_a_conflict_and_nothing_is_written(tmp_path):
    taken = tmp_path / "app" / "todos" / "router.py"
    taken.parent.mkdir(parents=True)
    taken.write_text("mine = 1\n")
    with pytest.raises(Conflict, match=r"router\.py"):
        scaffold_route(TODO, project_root=tmp_path, write=True)
    assert taken.read_text() == "mine = 1\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [taken]


def test_every_fault_of_a_request_is_named_at_once():
    request = {
        "name": "../etc",
        "pattern": "crud",
        "fields": [
            {"name": "a", "type": "integr"},
            {"name": "b;c", "type": "string"},
            {"name": "d", "type": "date", "x": 1},
        ],
        "operations": ["lst"],
        "options": {"storag": "memory"},
        "extra": 1,
    }
    with pytest.raises(BadArgument) as caught:
        scaffold_route(request, project_root=None, write=False)
    text = str(caught.value)
    for part in (
        "did you mean integer?",
        "did you mean list?",
        "did you mean storage?",
        "'b;c'",
        "'../etc'",
        "'extra'",
        "'x'",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ([{"name": "a", "type": "integer", "constraints": {"ge": 5, "le": 1}}], "no value lies between"),
        ([{"name": "a", "type": "integer", "default": "x"}], "does not fit"),
        ([{"name": "a", "type": "string", "constraints": {"pattern": "(?=x)"}}], "does not compile"),
        ([{"name": "userId", "type": "uuid"}, {"name": "user_id", "type": "uuid"}], "same name in Python"),
        ([{"name": "id", "type": "uuid"}], "the key of every resource"),
        ([], "at least one field"),
    ],
)
def test_a_contradiction_is_refused(fields, part):
    with pytest.raises(BadArgument, match=part):
        scaffold_route({"name": "thing", "fields": fields}, project_root=None, write=False)


def test_a_request_without_end_is_refused_at_once():
    with pytest.raises(TooLarge):
        scaffold_route({"name": "x", "fields": ["a:string"] * 200_000}, project_root=None, write=False)


def test_hostile_text_is_data(tmp_path: Path):
    text = "\"\"\"\n__import__('os').system('touch pwned') {{ 7*7 }} {% raw %}\\"
    request = {"name": "note", "fields": [{"name": "body", "type": "text", "description": text}]}
    made = scaffold_route(request, project_root=tmp_path, write=True)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("todo", "todos"),
        ("category", "categories"),
        ("status", "statuses"),
        ("person", "people"),
        ("box", "boxes"),
        ("movie", "movies"),
        ("cache", "caches"),
    ],
)
def test_plurals_go_both_ways(one, many):
    assert pluralize(one) == many
    assert singularize(many) == one
    assert singularize(one) is None


@pytest.mark.parametrize("spelling", ["order item", "OrderItem", "order_item", "order-item", "Order Item"])
def test_a_name_is_one_resource_in_every_spelling(spelling):
    names = read_names(spelling, None, Refusals())
    assert names is not None
    assert (names.stem, names.module, names.path) == ("OrderItem", "order_items", "order-items")
