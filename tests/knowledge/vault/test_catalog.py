"""The table of sources, and what it costs to look at it."""

import subprocess
import sys

import pytest

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.vault.catalog import SOURCES, find_source, source_named


def test_the_neighbours_of_the_framework_are_in_it():
    assert [source.name for source in SOURCES] == [
        "fastapi",
        "starlette",
        "pydantic",
        "sqlmodel",
        "httpx",
        "uvicorn",
    ]


def test_a_name_that_is_not_in_it_names_those_that_are():
    with pytest.raises(NotFound, match=r"Nearest: pydantic\. Sources: fastapi, starlette"):
        find_source("pydantc")
    assert source_named("other").docs == ("docs",)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_says_where_it_lives(source):
    assert source.remote.startswith("https://github.com/")
    assert source.site.startswith("https://")
    assert source.site.endswith("/")
    assert source.packages


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("docs/en/docs/index.md", True), ("docs/en/mkdocs.yml", True), ("docs_src/a/b.py", True), ("fastapi/routing.py", True),
        ("fastapi/.agents/skills/fastapi/SKILL.md", True), ("pyproject.toml", True), ("src/fastapi/x.py", True),
        ("docs/en/docs/img/a.png", False), ("tests/test_a.py", False), ("fastapi_cli/x.py", False), ("docs_src2/a.py", False),
    ],
)  # fmt: skip
def test_only_texts_worth_having_are_wanted(path, wanted):
    assert find_source("fastapi").wants(path) is wanted
    assert not find_source("fastapi").wants("docs/de/docs/index.md", "docs/en")


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("catalog", ("git", "yaml", "markdown_it", "griffe", "httpx", "pypi_simple")),
        ("model", ("git", "yaml", "markdown_it", "griffe", "httpx", "packaging")),
        ("clone", ("yaml", "markdown_it", "griffe", "httpx", "pypi_simple")),
        ("sdist", ("git", "yaml", "markdown_it", "griffe")),
        ("contents", ("git", "griffe", "httpx", "pypi_simple")),
    ],
)
def test_a_module_brings_no_library_that_it_does_not_need(module, heavy):
    code = f"import sys, maestro_knowledge.vault.{module}; print(*(name for name in {heavy!r} if name in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert ran.stdout.split() == []
