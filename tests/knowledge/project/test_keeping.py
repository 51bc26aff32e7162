"""What a mapping of a module holds under a key."""

import ast

import pytest

from maestro_knowledge.project.inference import infer
from maestro_knowledge.project.load import load_code

KEPT = """
from typing import Any

import httpx

{mapping}

def start(name):
    kept["a"] = httpx.AsyncClient()
    kept["b"] = httpx.Client() if name else httpx.AsyncClient()
    kept[name] = 1

def use(name):
    return {use}
"""


def _type(use: str, mapping: str = "kept = {}") -> str | None:
    project = load_code(KEPT.format(use=use, mapping=mapping), "app.py")
    module = project.modules[0]
    returned = [node for node in ast.walk(module.tree) if isinstance(node, ast.Return)][-1]
    assert returned.value is not None
    found = infer(project, module, returned.value)
    return found.name if found is not None else None


@pytest.mark.parametrize("use", ["kept['a']", "kept.get('a')", "kept.get('a', None)"])
@pytest.mark.parametrize("mapping", ["kept = {}", "kept: dict[str, Any] = {}", "kept = dict()"])
def test_what_is_put_under_a_key_is_found_there(use: str, mapping: str) -> None:
    assert _type(use, mapping) == "httpx.AsyncClient"


@pytest.mark.parametrize("use", ["kept['b']", "kept['c']", "kept[name]", "kept.pop('a')"])
def test_what_is_not_known_or_does_not_agree_stays_unknown(use: str) -> None:
    assert _type(use) is None


def test_what_the_annotation_says_counts_before_what_is_put_there() -> None:
    assert _type("kept['a']", "kept: dict[str, httpx.Client] = {}") == "httpx.Client"
