"""What can be asked of a resource beside its fields."""

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.scaffold.route import scaffold_route

FIELDS = ["name:string(unique,max_length=40)", "rank:integer=1", "due:date?"]


def make(**options):
    request = {"name": "badge", "fields": FIELDS, "options": options}
    made = scaffold_route(request, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    return {file.path: file.content for file in made.files}


@pytest.mark.parametrize(
    ("auth", "unit"),
    [
        ({"scheme": "jwt"}, "access_tokens"),
        ({"scheme": "api_key", "protect": ["create", "delete"], "header": "X-Badge-Key"}, "api_keys"),
        ({"scheme": "external_jwt", "issuer": "https://id.example", "protect": "all"}, "external_tokens"),
    ],
)
def test_routes_are_protected_by_every_scheme(auth, unit):
    files = make(auth=auth)
    assert f"from app.core.{unit} import get_caller" in files["app/badges/router.py"]
    count = files["app/badges/router.py"].count("dependencies=[Depends(get_caller)]")
    assert count == (2 if auth.get("protect") == ["create", "delete"] else 1)
    assert "test_a_stranger_is_refused" in files["tests/test_badges.py"]
    assert ("test_the_rest_is_open" in files["tests/test_badges.py"]) == (count == 2)
    assert ".env.example" in files


def test_what_an_auth_scheme_does_not_have_is_refused():
    with pytest.raises(BadArgument, match=r"options\.auth\.issuer"):
        make(auth={"scheme": "external_jwt", "issuer": "http://id.example/?a=b"})
    with pytest.raises(BadArgument, match="header"):
        make(auth={"scheme": "jwt", "header": "X-Key"})


@pytest.mark.parametrize("style", ["offset", "cursor", "none"])
@pytest.mark.parametrize("storage", ["memory", "sqlalchemy", "asyncpg"])
def test_lists_are_cut_filtered_and_ordered(style, storage):
    sort = ["name", "created_at"] if style == "cursor" else ["due", "-rank"]
    files = make(
        storage=storage,
        pagination=style,
        filters=["rank", "name"],
        sort=sort,
        timestamps=True,
        soft_delete=True,
        id_type="integer",
    )
    assert "test_a_unique_value_is_taken_once" in files["tests/test_badges.py"]


def test_a_list_is_filtered_by_numbers_under_the_name_of_their_field():
    request = {
        "name": "badge",
        "fields": ["label:string(max_length=9)", {"name": "copy", "type": "literal", "values": [1, 2]}],
        "options": {"filters": ["copy"]},
    }
    made = scaffold_route(request, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks


def test_pages_follow_one_another_by_a_truth_value():
    request = {
        "name": "badge",
        "fields": ["done:boolean=false"],
        "options": {"storage": "sqlmodel", "pagination": "cursor", "sort": ["done"]},
    }
    made = scaffold_route(request, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks


def test_a_long_name_is_spelled_short_in_code_and_whole_in_the_path():
    name = "an extraordinarily long winded administrative category"
    request = {"name": name, "pattern": "external_apis", "options": {"tests": False}}
    made = scaffold_route(request, project_root=None, write=False)
    assert "fail" not in {check.verdict for check in made.checks}
    files = {file.path: file.content for file in made.files}
    router = files["app/winded_administrative_category/router.py"]
    assert f'prefix="/{name.replace(" ", "-")}"' in router
    lines = [line for path, text in files.items() if path.endswith(".py") for line in text.splitlines()]
    assert max(map(len, lines)) <= 88
    assert any(choice.option == "name" for choice in made.questions)


def test_decimals_inside_of_others_come_back_with_all_their_places():
    step = {"multiple_of": 5, "max_digits": 6, "decimal_places": 2}
    parts = [{"name": "note", "type": "decimal", "constraints": step}]
    items = {"type": "list", "items": {"type": "object", "fields": parts}}
    found = scaffold_route(
        {"name": "bill", "fields": [{"name": "lines", **items}], "options": {"storage": "sqlalchemy"}},
        project_root=None,
        write=False,
    )
    assert [check for check in found.checks if check.verdict != "pass"] == []


@pytest.mark.parametrize(("name", "scheme"), [("caller", "jwt"), ("verifier", "external_jwt")])
def test_a_resource_may_be_named_like_the_check_of_callers(name, scheme):
    options = {"auth": scheme, "storage": "sqlmodel"}
    made = scaffold_route(
        {"name": name, "fields": ["title:string"], "options": options}, project_root=None, write=False
    )
    assert "fail" not in {check.verdict for check in made.checks}, made.checks


def test_lines_that_names_make_too_long_are_marked():
    name = "estimated_average_completion_duration_in_working_days_value"
    request = {
        "name": "order",
        "fields": [f"{name}:number", "title:string"],
        "options": {"storage": "asyncpg", "sort": [name], "tests": False},
    }
    made = scaffold_route(request, project_root=None, write=False)
    lines = [line for file in made.files if file.path.endswith(".py") for line in file.content.splitlines()]
    assert any("# noqa: E501 names are as long as they were given" in line for line in lines)


def test_a_field_may_be_called_self():
    fields = ["self:boolean=true", "cls:string"]
    request = {
        "name": "thing",
        "fields": fields,
        "operations": ["create"],
        "options": {"storage": "sqlalchemy"},
    }
    made = scaffold_route(request, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks


def test_a_password_is_not_stored_as_it_was_typed():
    request = {"name": "user", "fields": ["login:string", "user_password:string"]}
    with pytest.raises(BadArgument) as caught:
        scaffold_route(request, project_root=None, write=False)
    assert "user_password would be stored as it was typed" in str(caught.value)
    assert "jwt_auth" in caught.value.hint or "jwt_auth" in str(caught.value)


def test_a_secret_is_taken_and_never_answered():
    request = {"name": "webhook", "fields": ["target:url", "secret:string"], "options": {"tests": False}}
    made = scaffold_route(request, project_root=None, write=False)
    assert "fail" not in {check.verdict for check in made.checks}, made.checks
    schemas = next(file.content for file in made.files if file.path == "app/webhooks/schemas.py")
    assert "secret" in schemas.split("class WebhookCreate")[1].split("class ")[0]
    assert "secret" not in schemas.split("class WebhookRead")[1].split("class ")[0]
    assert any(choice.taken == "secret" for choice in made.questions)


def test_two_long_names_that_end_alike_have_modules_of_their_own(tmp_path):
    kinds = ("customer billing account contact person", "supplier billing account contact person")
    requests = [{"name": kind, "fields": ["phone:string"], "options": {"tests": False}} for kind in kinds]
    for request in requests:
        assert scaffold_route(request, project_root=tmp_path, write=True).written
    first, second = (
        f"app/{name}/router.py" for name in ("billing_account_contact_people", "supplier_contact_people")
    )
    assert 'prefix="/customer-billing-account-contact-people"' in (tmp_path / first).read_text()
    assert 'prefix="/supplier-billing-account-contact-people"' in (tmp_path / second).read_text()
    for request in requests:
        again = scaffold_route(request, project_root=tmp_path, write=True)
        assert {file.action for file in again.files} == {"unchanged"}


def test_a_description_is_what_the_routes_begin_with():
    request = {"name": "badge", "fields": ["done:boolean"], "options": {"description": "Größe: «M»"}}
    made = scaffold_route({**request, "operations": ["list"]}, project_root=None, write=False)
    router = next(file.content for file in made.files if file.path == "app/badges/router.py")
    assert router.startswith('"""Größe: «M»."""\n')


def test_a_field_named_like_a_class_brings_no_import_that_nothing_uses():
    request = {
        "name": "entry",
        "fields": ["Decimal:decimal", "UUID:string"],
        "options": {"storage": "sqlalchemy"},
    }
    made = scaffold_route(request, project_root=None, write=False)
    tests = next(file.content for file in made.files if file.path == "tests/test_entries.py")
    assert '"Decimal"' in tests
    assert "import Decimal" not in tests
    assert "import UUID" not in tests


def test_a_time_of_day_is_not_promised_to_have_a_zone():
    made = scaffold_route({"name": "alarm", "fields": ["at:time?"]}, project_root=None, write=False)
    types = next(file.content for file in made.files if file.path == "app/core/types.py")
    assert '"format": "time-local"' in types
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
