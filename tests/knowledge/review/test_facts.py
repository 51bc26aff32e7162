"""What our rules say of FastAPI is what it does: on the one installed here, the oldest supported and the newest.

`pytest -m slow tests/knowledge/review/test_facts.py` makes a small environment for each version with uv.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

PROGRAM = Path(__file__).with_name("facts_of_fastapi.py")
ALWAYS: dict[str, Any] = {
    "a_204_route_has_no_body": [204, ""],
    "a_204_route_with_a_body_type_fails_at_import": True,
    "a_returned_exception_and_a_returned_tuple": [200, 404, 200, [{"a": 1}, 404]],
    "any_origin_with_credentials_is_echoed": ["https://evil.example", "true"],
    "a_yield_dependency_that_swallows_turns_a_404_into_500": 500,
    "clean_up_after_a_bare_yield_is_skipped": [],
    "background_tasks_made_by_hand_and_injected": ["injected"],
    "headers_of_an_injected_response_are_lost_beside_another": False,
    "an_exception_in_a_middleware": 500,
    "a_handler_of_fastapis_exception_sees_an_unknown_path": 404,
    "a_parameter_before_a_fixed_path": [422, 200],
    "a_list_without_query_and_an_optional_without_default": [422, 422],
    "a_decorator_above_the_route_runs": False,
    "on_event_beside_a_lifespan_runs": False,
    "a_mutable_default_of_a_model_is_shared": False,
    "an_http_exception_in_a_validator": 400,
    "the_lifespan_runs_in_a_client_without_with": False,
    "a_coroutine_runs_on_the_loop_and_a_function_does_not": [True, False],
}
# Per fact: the first version that does so, and what it does; the earlier ones do as the row before says.
CHANGED: dict[str, list[tuple[str, Any]]] = {
    "a_route_added_after_include_router_is_served": [("0.110.0", False), ("0.137.0", True)],
    "order_of_background_task_and_clean_up": [
        ("0.110.0", ["handler", "close", "task"]),
        ("0.118.0", ["handler", "task", "close"]),
    ],
}


def expected(version: str) -> dict[str, Any]:
    """What FastAPI of this version does."""
    changed = {
        name: [does for since, does in rows if Version(since) <= Version(version)][-1]
        for name, rows in CHANGED.items()
    }
    return {**ALWAYS, **changed}


def ask(python: str) -> tuple[str, dict[str, Any]]:
    """The version of the FastAPI of this interpreter, and what it does."""
    ran = subprocess.run(
        [python, "-P", str(PROGRAM)], capture_output=True, text=True, check=True, timeout=120
    )
    answer = json.loads(ran.stdout)
    names = answer["facts"].pop("names_that_the_application_has")
    assert ("route" in names) == (Version(answer["version"]) < Version("0.137.0")) or "route" not in names
    return answer["version"], answer["facts"]


def test_the_installed_fastapi_does_what_the_rules_say() -> None:
    version, facts = ask(sys.executable)
    assert facts == expected(version)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["fastapi==0.110.0", "fastapi==0.117.1", "fastapi==0.136.0", "fastapi"])
def test_other_versions_of_fastapi_do_what_the_rules_say_of_them(wanted: str, tmp_path: Path) -> None:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    environment = tmp_path / "environment"
    old = ["httpx<0.28"] if wanted != "fastapi" else ["httpx", "httpx2"]
    for command in (
        [uv, "venv", "-q", "--python", sys.executable, str(environment)],
        [uv, "pip", "install", "-q", "--python", str(environment), wanted, *old],
    ):
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if made.returncode:
            pytest.skip(f"no environment with {wanted}: {made.stderr.strip()[-200:]}")
    version, facts = ask(str(environment / "bin" / "python"))
    assert facts == expected(version)
