"""Every pattern: what it writes passes every check of the product, and what it cannot take is refused."""

import subprocess
import sys

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.scaffold.catalog import read_patterns
from maestro_knowledge.scaffold.route import scaffold_route

NEEDS = {"redis"}

FIELDS = ["class:enum[low|high]=low", "unitPrice:decimal(ge=0)", "note:text?", "when:datetime"]
GUARDED = {
    "agent_workflow": "external_jwt",
    "background_task": "api_key",
    "external_apis": "jwt",
    "file_upload": "api_key",
    "json_lines": "external_jwt",
    "llm_gateway": "jwt",
    "sse": "jwt",
}
REQUESTS = [
    {"pattern": "health"},
    {
        "pattern": "health",
        "name": "service status",
        "options": {"prefix": "/ops", "dependencies": ["db", "x"]},
    },
    {"pattern": "sse"},
    {"pattern": "sse", "name": "Order feed", "fields": FIELDS, "options": {"prefix": "api", "tags": ["a b"]}},
    {"pattern": "settings", "fields": ["api_key:string", "class:enum[a|b]=a", "tags:list", "start:date?"]},
    {"pattern": "json_lines", "fields": FIELDS},
    {"pattern": "websocket", "fields": FIELDS},
    {"pattern": "file_upload", "name": "picture"},
    {"pattern": "background_task"},
    {"pattern": "api_key_auth", "options": {"auth": {"header": "X-Partner-Key"}}},
    {"pattern": "jwt_auth", "options": {"auth": {"issuer": "shop"}, "prefix": "/v1"}},
    {
        "pattern": "external_jwt",
        "options": {"auth": {"issuer": "https://id.example.com/", "audience": "api"}},
    },
    {"pattern": "middleware"},
    {
        "pattern": "middleware",
        "options": {"middleware_stack": ["cors", "auth", "logging", "gzip", "rate_limit"]},
    },
    {"pattern": "external_apis"},
    {
        "pattern": "external_apis",
        "name": "portal",
        "options": {"apis": ["a-b", {"name": "s", "base_url": "https://s.example.com/v1", "timeout": 7}]},
    },
    {"pattern": "llm_gateway", "options": {"prefix": "/v1", "tags": ["ai"]}},
    {"pattern": "http_actions_store", "fields": FIELDS, "options": {"auth": {"audience": "api"}}},
    {"pattern": "agent_workflow"},
    {
        "pattern": "agent_workflow",
        "name": "Career Advice",
        "fields": FIELDS,
        "options": {
            "nodes": ["Fetch", {"name": "rank-skills", "after": ["fetch"]}, {"name": "x", "after": ["Fetch"]}]
        },
    },
    {"pattern": "tests"},
    *({"pattern": name, "name": "guarded", "options": {"auth": scheme}} for name, scheme in GUARDED.items()),
]


NORMAL = {"sse", "websocket", "file_upload", "jwt_auth", "external_apis", "agent_workflow", "tests"}
"""Tried in each run, once; the others stand in the service of `test_service.py`, and all in the slow matrix."""


def _cases():
    seen = set()
    for request in reversed(REQUESTS):
        is_normal = request["pattern"] in NORMAL - seen
        seen.add(request["pattern"])
        yield pytest.param(request, marks=[] if is_normal else pytest.mark.slow)


@pytest.mark.parametrize(
    "request_", list(_cases()), ids=lambda one: f"{one['pattern']}-{one.get('name', '')}"
)
def test_a_pattern_passes_every_check(request_):
    made = scaffold_route(request_, project_root=None, write=False)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert made.refs
    assert not made.written


def test_a_feature_has_a_name_of_its_own_and_is_not_made_plural():
    made = scaffold_route({"pattern": "health"}, project_root=None, write=False)
    assert "app/health/router.py" in {file.path for file in made.files}


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ({"pattern": "health", "fields": ["a:string"]}, "pattern health has none"),
        ({"pattern": "sse", "operations": ["list"]}, "it takes name, options, fields"),
        ({"pattern": "sse", "options": {"nodes": ["a"]}}, "unknown option of pattern sse 'nodes'"),
        ({"pattern": "sse", "fields": ["a:string(unique)"]}, "a is unique"),
        ({"pattern": "health", "options": {"dependencies": ["a b", "a-b"]}}, "is there twice"),
        ({"pattern": "health", "options": {"dependencies": ["../x"]}}, "is not a name"),
        (
            {
                "pattern": "health",
                "options": {"dependencies": [{"name": "a", "base_url": "https://u:p@b.example"}]},
            },
            "holds a credential",
        ),
        (
            {"pattern": "health", "options": {"dependencies": [{"name": "a", "base_url": "file:///etc"}]}},
            "is not an address",
        ),
        ({"pattern": "health", "name": "a;b"}, "is not a name"),
        ({"pattern": "api_key_auth", "options": {"auth": {"audience": "x"}}}, "unknown option of api_key"),
        ({"pattern": "jwt_auth", "options": {"auth": "api_key"}}, "this pattern is jwt"),
        ({"pattern": "external_jwt", "options": {"auth": {"issuer": "http://x.example"}}}, "not an address"),
        ({"pattern": "settings", "fields": ["api_key:string=sk-1"]}, "a secret with a default"),
        ({"pattern": "middleware", "options": {"middleware_stack": ["cros"]}}, "did you mean cors?"),
        (
            {
                "pattern": "agent_workflow",
                "options": {"nodes": [{"name": "a", "after": ["b"]}, {"name": "b", "after": ["a"]}]},
            },
            "in a circle",
        ),
        (
            {"pattern": "agent_workflow", "options": {"nodes": [{"name": "a", "after": ["aa"]}]}},
            "did you mean a?",
        ),
        ({"pattern": "external_apis", "options": {"apis": [{"name": "a", "path": "/x"}]}}, "has no base_url"),
        (
            {
                "pattern": "external_apis",
                "options": {"apis": [{"name": "a", "base_url": "https://a.example?key=1"}]},
            },
            "has a query",
        ),
        ({"pattern": "sse", "options": {"prefix": "/../x"}}, "is not a path"),
        ({"pattern": "sse", "options": {"auth": {"header": "X-Key"}}}, "options.auth.scheme: is missing"),
        (
            {"pattern": "sse", "options": {"auth": {"scheme": "jwt", "protect": ["list"]}}},
            "unknown option of jwt 'protect'",
        ),
        ({"pattern": "websocket", "options": {"auth": "jwt"}}, "a page cannot send a header"),
        ({"pattern": "health", "options": {"auth": "jwt"}}, "probes hold no credentials"),
    ],
)
def test_what_a_pattern_cannot_take_is_refused_by_name(request_, part):
    with pytest.raises(BadArgument) as caught:
        scaffold_route(request_, project_root=None, write=False)
    assert part in str(caught.value)


SHOP = """
from fastapi import APIRouter, FastAPI

app = FastAPI(title="Shop")
api = APIRouter(prefix="/api")


@api.get("/items")
async def list_items() -> list[str]:
    return []


app.include_router(api)
"""


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(name, marks=[] if name in {"json_lines", "external_apis"} else pytest.mark.slow)
        for name in sorted(read_patterns())
        if name not in {"crud", "tests"}
    ],
)
def test_a_pattern_fits_an_application_that_answers_errors_its_own_way(pattern, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "main.py").write_text(SHOP)
    made = scaffold_route({"pattern": pattern}, project_root=tmp_path, write=True)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    assert made.written


def test_tests_of_an_application_that_is_there_are_handed_over_untried(tmp_path):
    (tmp_path / "main.py").write_text(SHOP)
    made = scaffold_route({"pattern": "tests"}, project_root=tmp_path, write=False)
    verdicts = {check.name: check.verdict for check in made.checks}
    assert verdicts["parses"] == verdicts["reviewed"] == "pass"
    assert verdicts["tests pass"] == "not_run"


def test_tests_of_an_application_that_is_there_pass_and_list_what_says_nothing_yet(tmp_path):
    silent = "\n\n@app.get('/plain/{key:path}')\nasync def read_plain(key: str) -> str:\n    return key\n"
    (tmp_path / "main.py").write_text(SHOP + silent)
    scaffold_route({"pattern": "tests"}, project_root=tmp_path, write=True)
    text = (tmp_path / "tests" / "test_contract.py").read_text()
    assert '    "GET /plain/{key}",\n' in text
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests", "-p", "no:cacheprovider", "-o", "pythonpath=."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_guarded_feature_asks_who_calls_before_all_else():
    made = scaffold_route({"pattern": "sse", "options": {"auth": "jwt"}}, project_root=None, write=False)
    files = {file.path: file.content for file in made.files}
    assert "dependencies=[Depends(get_caller)]" in files["app/feed/router.py"]
    assert "test_a_stranger_is_refused" in files["tests/test_feed.py"]
    assert "ACCESS_TOKEN_KEY" in files[".env.example"]
    assert any("sends no headers" in step for step in made.next_steps)


def test_every_pattern_says_what_it_is_and_which_pages_it_follows():
    for name, manifest in read_patterns().items():
        assert manifest.what.endswith("."), name
        assert manifest.refs, name


def test_the_addresses_that_readiness_asks_are_kept():
    cache = {"name": "session cache", "kind": "redis", "base_url": "rediss://cache.internal:6380/2"}
    request = {"pattern": "health", "options": {"dependencies": [cache, "postgres"], "tests": False}}
    made = scaffold_route(request, project_root=None, write=False)
    said = next(file.content for file in made.files if file.path == ".env.example").splitlines()
    assert "REDIS_URL=rediss://cache.internal:6380/2" in said
    assert "DATABASE_URL=postgresql://localhost/app" in said


def test_a_stack_that_checks_callers_says_what_that_needs():
    options = {"middleware_stack": ["auth"], "auth": "jwt", "tests": False}
    made = scaffold_route({"pattern": "middleware", "options": options}, project_root=None, write=False)
    assert any("ACCESS_TOKEN_KEY" in step for step in made.next_steps)
    said = next(file.content for file in made.files if file.path == ".env.example").splitlines()
    assert "ACCESS_TOKEN_KEY=" in said


def test_a_setting_that_is_null_by_default_is_no_variable_of_the_example():
    request = {"pattern": "settings", "fields": ["docs_url:url?", "region:string=eu"]}
    made = scaffold_route({**request, "options": {"tests": False}}, project_root=None, write=False)
    said = next(file.content for file in made.files if file.path == ".env.example").splitlines()
    assert said[1:] == ["REGION=eu"]
