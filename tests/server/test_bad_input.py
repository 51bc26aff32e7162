"""Whatever an argument holds, a tool answers or refuses in its own words, and the next call works."""

from typing import Any

import anyio
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastmcp import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maestro_knowledge.core import errors
from maestro_knowledge.core.settings import load_settings
from maestro_server.app.build import build_server

CODES = {
    error.code
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.MaestroError)
} - {"internal"}
WRONG: tuple[Any, ...] = (
    "",
    " \t\n",
    "\x00\x1b[31m\x7f\u202e",
    "x" * 1_000_000,
    "é\u0301 \U0001f600" * 2000,
    "../../../../etc/passwd",
    "{{ 7*7 }} {% raw %} ${HOME} `id` '; DROP TABLE x; --",
    0,
    -1,
    10**30,
    1.5,
    True,
    None,
    [],
    {},
    [[[]]],
    {"a": {"b": [1, None]}},
    ["x" * 10_000] * 50,
)
NAMES = (
    "search_docs", "read_docs", "explain_error", "compare_versions", "vault_status", "review_endpoint", "map_app",
    "scaffold_route", "scaffold_service", "get_profile", "platform_contact",
)  # fmt: skip
# What a call needs beside the argument under test.
REST: dict[str, dict[str, Any]] = {
    "search_docs": {"query": "cors"},
    "read_docs": {"ref": "guide:async-database"},
    "explain_error": {"error": "KeyError: 'x'"},
    "review_endpoint": {"code": "x = 1\n"},
    "map_app": {"path": "."},
    "scaffold_route": {"name": "todo", "fields": [{"name": "title", "type": "string"}]},
    "scaffold_service": {"spec": "system_design: {service_name: x-api}"},
    "platform_contact": {"topic": "postgres"},
}


@pytest.fixture(scope="module")
def portal() -> Any:
    with start_blocking_portal() as opened:
        yield opened


@pytest.fixture(scope="module")
def connected(portal: BlockingPortal, home: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("project")
    server = build_server(load_settings(home=home, roots=str(root), platform="hana-x", auto_refresh=False))
    with portal.wrap_async_context_manager(Client(server)) as client:
        yield client


def call(portal: BlockingPortal, client: Client, name: str, arguments: dict[str, Any]) -> Any:
    async def ask() -> Any:
        with anyio.fail_after(30):
            return await client.call_tool(name, arguments, raise_on_error=False)

    return portal.call(ask)


def assert_answered(result: Any) -> None:
    text = result.content[0].text
    assert text.strip()
    if result.is_error:
        code, _, rest = text.partition(": ")
        assert code in CODES, text[:300]
        assert len(text) < 3000, "an error quotes little of what was wrong"
        assert rest.rstrip().endswith((".", "?", "`", ")")), text[-200:]


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_survives_every_wrong_value(
    name: str, portal: BlockingPortal, connected: Client
) -> None:
    tools = {tool.name: tool for tool in portal.call(connected.list_tools)}
    for argument in tools[name].input_schema["properties"]:
        for value in WRONG:
            assert_answered(call(portal, connected, name, {**REST.get(name, {}), argument: value}))
    good = call(portal, connected, "vault_status", {})
    assert not good.is_error


@pytest.mark.parametrize("name", NAMES)
def test_missing_and_unknown_arguments_are_named(
    name: str, portal: BlockingPortal, connected: Client
) -> None:
    tools = {tool.name: tool for tool in portal.call(connected.list_tools)}
    for argument in tools[name].input_schema.get("required", ()):
        result = call(portal, connected, name, {})
        assert result.is_error
        assert argument in result.content[0].text
    unknown = call(portal, connected, name, {**REST.get(name, {}), "no_such_argument": 1})
    assert unknown.is_error
    assert unknown.content[0].text.startswith("bad_argument: no_such_argument")


_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20))
_JSON = st.one_of(
    _LEAVES, st.lists(_LEAVES, max_size=3), st.dictionaries(st.text(max_size=10), _LEAVES, max_size=3)
)


def _values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([_values(option) for option in schema["anyOf"]])
    return {
        "string": st.text(max_size=300),
        "integer": st.integers(schema.get("minimum"), schema.get("maximum")),
        "boolean": st.booleans(),
        "object": st.dictionaries(st.text(max_size=12), _JSON, max_size=4),
        "array": st.lists(_JSON, max_size=4),
    }[schema["type"]]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "vault_status"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_anything_that_fits_the_published_schema_is_answered(
    name: str, portal: BlockingPortal, connected: Client, data: st.DataObject
) -> None:
    tools = {tool.name: tool for tool in portal.call(connected.list_tools)}
    properties = tools[name].input_schema["properties"]
    chosen = {
        key: data.draw(_values(schema), label=key) for key, schema in properties.items() if key != "write"
    }
    assert_answered(call(portal, connected, name, chosen))
