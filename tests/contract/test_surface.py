"""The public surface: fixed names, budgets, and a golden copy that any change has to pass by."""

import asyncio
import json
from pathlib import Path

import generated
import pytest
from fastmcp import Client

from maestro_knowledge.core.settings import load_settings
from maestro_server.app.build import INSTRUCTIONS, build_server

CONTRACT = {
    "search_docs": ["query", "kind", "version", "project", "limit"],
    "read_docs": ["ref", "version", "project", "max_tokens", "cursor"],
    "explain_error": ["error", "code", "project"],
    "compare_versions": ["from_version", "to_version", "project", "topic"],
    "vault_status": [],
    "review_endpoint": [
        "code", "path", "endpoint", "select", "ignore", "min_severity", "fix", "preview", "max_findings", "baseline",
    ],
    "map_app": ["path", "view"],
    "scaffold_route": ["name", "pattern", "fields", "operations", "options", "project", "write"],
    "scaffold_service": ["spec", "types", "project", "write"],
    "get_profile": ["name", "task", "project"],
    "platform_contact": ["topic"],
}  # fmt: skip
TEXT_TOOLS = {"search_docs", "read_docs", "explain_error", "get_profile"}
# Tools that are on the surface and whose engine is still to come.
NOT_BUILT: set[str] = set()
GOOD = {
    "search_docs": {"query": "cors"},
    "read_docs": {"ref": "guide:async-database"},
    "explain_error": {"error": "KeyError: 'x'"},
    "compare_versions": {"from_version": "0.110.0", "to_version": "0.115.0"},
    "vault_status": {},
    "review_endpoint": {"code": "x = 1\n"},
    "map_app": {"path": "."},
    "scaffold_route": {"name": "todo", "fields": [{"name": "title", "type": "string"}]},
    "scaffold_service": {"spec": "system_design: {service_name: probe-api}"},
    "get_profile": {},
    "platform_contact": {"topic": "postgres"},
}


@pytest.fixture(scope="module", params=["auto", "legacy"])
def surface(request: pytest.FixtureRequest) -> dict:
    return asyncio.run(generated.read_surface(request.param))


def test_tools_and_arguments_are_those_of_the_contract(surface: dict) -> None:
    assert {tool["name"]: list(tool["inputSchema"]["properties"]) for tool in surface["tools"]} == CONTRACT


def test_both_eras_list_the_same(surface: dict) -> None:
    golden = json.loads(generated.SURFACE.read_text("utf-8"))
    assert surface == golden


def test_the_tool_list_fits_its_budget(surface: dict) -> None:
    bare = [{key: value for key, value in tool.items() if key != "outputSchema"} for tool in surface["tools"]]
    assert len(json.dumps(surface["tools"])) <= 20_000
    assert len(json.dumps(bare)) <= 9_000


def test_descriptions_are_short_and_begin_with_a_whole_sentence(surface: dict) -> None:
    for tool in surface["tools"]:
        assert len(tool["description"]) <= 1_000, tool["name"]
        assert tool["description"].split("\n")[0].endswith("."), tool["name"]


def test_instructions_fit() -> None:
    assert len(INSTRUCTIONS) <= 1_500


def test_only_data_tools_declare_an_output_schema(surface: dict) -> None:
    assert {tool["name"] for tool in surface["tools"] if "outputSchema" not in tool} == TEXT_TOOLS


def test_reading_tools_say_that_they_only_read(surface: dict) -> None:
    writers = {tool["name"] for tool in surface["tools"] if not tool["annotations"]["readOnlyHint"]}
    assert writers == {"scaffold_route", "scaffold_service"}


def test_names_fit_every_client(surface: dict) -> None:
    assert all(len(tool["name"]) <= 24 for tool in surface["tools"])


def test_the_entry_tools_ask_to_be_loaded(surface: dict) -> None:
    loaded = {tool["name"] for tool in surface["tools"] if tool.get("_meta", {}).get("anthropic/alwaysLoad")}
    assert loaded == {"search_docs", "review_endpoint"}


def test_the_list_of_what_is_not_built_is_true(home: Path, root: Path) -> None:
    async def ask() -> set[str]:
        settings = load_settings(home=home, roots=str(root), platform="hana-x", auto_refresh=False)
        async with Client(build_server(settings)) as client:
            answers = {
                name: await client.call_tool(name, good, raise_on_error=False) for name, good in GOOD.items()
            }
        return {name for name, answer in answers.items() if answer.content[0].text.startswith("not_built")}

    assert asyncio.run(ask()) == NOT_BUILT
