"""A whole service from a specification: everything is there, tried, and said; nothing hostile gets in."""

import json
from textwrap import dedent

import pytest
import yaml

from maestro_knowledge.core.errors import BadArgument, Conflict, TooLarge
from maestro_knowledge.scaffold.service import scaffold_service
from maestro_knowledge.scaffold.service_spec import read_design
from maestro_knowledge.scaffold.service_types import read_models

SPEC = """
system_design:
  service_name: "user-api"
  async_patterns: ["circuit_breaker", "retry", "timeout"]
  external_dependencies:
    - {name: "postgres", connection_pool: true, async_driver: "asyncpg"}
    - {name: "redis", connection_pool: true, async_driver: "aioredis"}
    - {name: "billing", base_url: "https://billing.example.com/v1"}
    - {name: "litellm"}
    - {name: "convex"}
  middleware_stack: ["cors", "rate_limit", "auth", "logging"]
  health_checks: ["db", "cache", "external_apis"]
"""
TYPES = """
from datetime import datetime
from typing import Any
from uuid import UUID
from pydantic import BaseModel, EmailStr, Field, SecretStr

raise SystemExit("this must never run")

class UserCreate(BaseModel):
    email: EmailStr
    password: SecretStr = Field(min_length=12)
    name: str = Field(min_length=1, max_length=80, description="Full name")
    preferences: dict[str, Any] = Field(default_factory=dict)

class UserResponse(BaseModel):
    id: UUID
    email: EmailStr
    name: str
    preferences: dict[str, Any]
    created_at: datetime
    is_active: bool

class Address(BaseModel):
    street: str
    city: str | None = None
"""


def small(**design):
    return yaml.safe_dump({"system_design": {"service_name": "tiny", **design}})


def test_the_exchange_format_comes_to_a_service_that_passes_every_check():
    made = scaffold_service(SPEC, TYPES, project_root=None, write=False)
    assert "fail" not in {check.verdict for check in made.checks}, made.checks
    files = {file.path: file.content for file in made.files}
    for path in ("Dockerfile", "README.md", "openapi.json", ".env.example", "tests/test_service.py"):
        assert path in files
    assert len([path for path in files if path.startswith("docs/handover/")]) == 5
    assert "aioredis" not in "".join(text for path, text in files.items() if path.endswith((".py", ".toml")))
    said = {(choice.option, choice.taken) for choice in made.questions}
    assert ("system_design.external_dependencies[1].async_driver", "redis.asyncio") in said
    paths = json.loads(files["openapi.json"])["paths"]
    assert set(paths["/users"]) == {"post"}
    assert {"/health", "/ready", "/metrics", "/users/{item_id}"} <= set(paths)
    settings = files["app/core/settings.py"]
    for line in (
        "database_pool_size",
        "= 20",
        "database_max_overflow",
        "= 30",
        "background_task_max_workers",
        "= 4",
    ):
        assert line in settings
    assert "password" not in files["app/users/models.py"]
    variables = [line.partition("=")[0] for line in files[".env.example"].splitlines()]
    assert [name for name in variables if "BILLING" in name] == ["BILLING_URL"]
    assert 'validation_alias="BILLING_URL"' in files["app/health/dependencies.py"]
    assert 'env_prefix="BILLING_"' in files["app/core/billing_client.py"]


def test_a_small_service_is_written_once_and_is_no_place_for_a_second(tmp_path):
    spec = json.dumps({"system_design": {"service_name": "tiny_api", "middleware_stack": ["cors"]}})
    made = scaffold_service(spec, "", project_root=tmp_path, write=True)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert made.written
    assert (tmp_path / "app" / "main.py").is_file()
    with pytest.raises(Conflict):
        scaffold_service(spec, "", project_root=tmp_path, write=True)


def test_a_check_without_its_dependency_is_a_question_and_no_error():
    design = read_design(small(health_checks=["db"]))
    assert design.checks == ()
    assert any(choice.option == "system_design.health_checks" for choice in design.choices)


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("system_design: {service_name: a, x: &a [1], y: *a}", "aliases are not allowed"),
        ("system_design: !!python/object/apply:os.system ['true']", "is not plain YAML"),
        ("[1, 2]", "is not a mapping"),
        ("{}", "system_design: is missing"),
        (small(middleware_stak=[]), "did you mean middleware_stack?"),
        (small(middleware_stack=["cros"]), "did you mean cors?"),
        (small(async_patterns=["retries"]), "did you mean retry?"),
        (small(service_name="../etc"), "is not a name"),
        (small(service_name="x" * 51), "is not a name"),
        (small(external_dependencies=["a", "a"]), "is there twice"),
        (
            small(external_dependencies=[{"name": "postgres", "async_driver": "psycopg2"}]),
            "driver of postgres",
        ),
        (
            small(external_dependencies=[{"name": "postgres", "base_url": "postgresql://u:p@db/x"}]),
            "holds a credential",
        ),
        (
            small(external_dependencies=[{"name": "x", "base_url": "https://x.example?api_key=1"}]),
            "has a query",
        ),
    ],
)
def test_a_specification_that_cannot_be_is_refused_by_name(spec, part):
    with pytest.raises(BadArgument) as caught:
        read_design(spec)
    assert part in str(caught.value)


def test_a_specification_without_end_is_refused():
    with pytest.raises(TooLarge):
        read_design("a" * 70_000)


def test_models_are_read_and_not_run():
    models = read_models(TYPES)
    assert set(models.resources) == {"User"}
    assert models.unpaired == ("Address",)
    create = {part["name"]: part for part in models.resources["User"]["create"]}
    assert create["password"]["type"] == "secret"
    assert create["name"]["constraints"] == {"min_length": 1, "max_length": 80}
    assert create["preferences"] == {"name": "preferences", "type": "dict", "default": {}}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("int | None", {"type": "integer", "nullable": True}),
        ("Optional[str]", {"type": "string", "nullable": True}),
        ("Annotated[str, Field(max_length=3)]", {"type": "string", "constraints": {"max_length": 3}}),
        ("list[int]", {"type": "list", "items": {"type": "integer"}}),
        ("dict[str, float]", {"type": "dict", "items": {"type": "number"}}),
        ("Literal['a', 'b']", {"type": "literal", "values": ["a", "b"]}),
        ("'datetime'", {"type": "datetime"}),
        ("PositiveInt", {"type": "integer", "constraints": {"gt": 0}}),
    ],
)
def test_annotations_become_types(annotation, expected):
    models = read_models(f"class Thing(BaseModel):\n    x: {annotation}\n")
    assert models.kept["Thing"] == [{"name": "x", **expected}]


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("class A(BaseModel):\n    x: Strange", "unknown type 'Strange'"),
        ("class A(BaseModel):\n    x: int | str", "a union of several types"),
        ("class A(BaseModel):\n    x: int = compute()", "a default that is computed"),
        ("class A(BaseModel:\n    x: int", "are not Python"),
        ("class A(BaseModel):\n    x: '(' ", "is not a type"),
        ("class A(BaseModel):\n    x: __import__('os').system('true')", "unknown type"),
    ],
)
def test_models_that_cannot_be_read_are_refused_by_name(source, part):
    with pytest.raises(BadArgument) as caught:
        read_models(source)
    assert part in str(caught.value)


def test_a_model_that_holds_itself_has_an_end():
    with pytest.raises(BadArgument, match="nested too deep"):
        read_models("class A(BaseModel):\n    x: 'A | None'\n")


def test_defaults_may_be_members_of_an_enum_and_passwords_are_secrets_by_name():
    source = (
        "class Plan(str, Enum):\n    FREE = 'free'\n    PRO = 'pro'\n\n"
        "class AccountCreate(BaseModel):\n    password: str\n    plan: Plan = Plan.FREE\n"
        "    backup: Plan = Field(Plan.PRO.value)\n\n"
        "class AccountResponse(BaseModel):\n    plan: Plan\n    backup: Plan\n"
    )
    made = scaffold_service("system_design: {service_name: accounts}", source, project_root=None, write=False)
    assert "fail" not in {check.verdict for check in made.checks}, made.checks
    files = {file.path: file.content for file in made.files}
    assert "password" not in files["app/accounts/models.py"]
    assert "FREE" in files["app/accounts/schemas.py"]


def test_a_default_that_is_an_empty_tuple_is_an_empty_list_without_a_detour():
    types = """
    from pydantic import BaseModel

    class SlotCreate(BaseModel):
        days: tuple[int, ...] = ()

    class SlotResponse(SlotCreate):
        id: int
    """
    spec = "system_design: {service_name: tiny, external_dependencies: [dhl]}"
    made = scaffold_service(spec, dedent(types), project_root=None, write=False)
    schemas = next(file.content for file in made.files if file.path == "app/slots/schemas.py")
    assert "days: Days = Field(default_factory=list)" in schemas
    kind = next(one for one in made.questions if one.option.endswith(".kind"))
    assert (kind.taken, kind.why) == ("http", "its name says nothing else")


def test_patch_changes_what_the_update_model_has_and_nothing_else():
    types = """
    from pydantic import BaseModel, EmailStr

    class MemberCreate(BaseModel):
        email: EmailStr
        name: str
        nickname: str | None = None

    class MemberUpdate(BaseModel):
        name: str | None = None
        rank: int | None = None

    class MemberResponse(MemberCreate):
        id: int
    """
    made = scaffold_service(
        "system_design: {service_name: tiny}", dedent(types), project_root=None, write=False
    )
    assert "fail" not in {check.verdict for check in made.checks}, made.checks
    files = {file.path: file.content for file in made.files}
    update = files["app/members/schemas.py"].partition("class MemberUpdate")[2].partition("\nclass ")[0]
    assert "name: Name" in update
    assert "email" not in update
    assert "nickname" not in update
    assert "def test_what_is_fixed_stays" in files["tests/test_members.py"]
    told = next(one for one in made.questions if one.option == "types.MemberUpdate.rank")
    assert told.taken == "it is left out"


def test_every_address_and_the_keys_of_callers_are_settings_that_are_told():
    spec = """
    system_design:
      service_name: ledger
      external_dependencies:
        - {name: pg, kind: postgres}
        - {name: session cache, kind: redis, base_url: "rediss://cache.internal:6380/2"}
      middleware_stack: [auth]
    """
    made = scaffold_service(dedent(spec), "", project_root=None, write=False)
    assert "fail" not in {check.verdict for check in made.checks}, made.checks
    files = {file.path: file.content for file in made.files}
    said = files[".env.example"].splitlines()
    assert "REDIS_URL=rediss://cache.internal:6380/2" in said
    assert "DATABASE_URL=postgresql://localhost/app" in said
    assert "API_KEY_DIGESTS={}" in said
    assert "- `API_KEY_DIGESTS`" in files["README.md"].splitlines()
    assert any("issue_key()" in step for step in made.next_steps)
