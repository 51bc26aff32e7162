"""A symbol read with a project in hand says how it differs in the FastAPI that the project has."""

from importlib.metadata import version
from pathlib import Path

import pytest

from maestro_server.expert.facade import Expert

OURS = version("fastapi")

CLASSES = """\
class FastAPI:
    def __init__(self, *, debug: bool = True, title: str = "FastAPI", swagger: str = "") -> None: ...


class APIRouter:
    pass
"""


@pytest.fixture
def old_project(root: Path) -> str:
    """A project whose environment holds an old, small FastAPI."""
    (root / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    packages = root / ".venv" / "lib" / "python3.12" / "site-packages"
    info = packages / "fastapi-0.99.1.dist-info"
    info.mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fastapi\nVersion: 0.99.1\n")
    package = packages / "fastapi"
    package.mkdir()
    exports = (
        "from .applications import APIRouter as APIRouter\nfrom .applications import FastAPI as FastAPI\n"
    )
    (package / "__init__.py").write_text(f'__version__ = "0.99.1"\n\n{exports}')
    (package / "applications.py").write_text(CLASSES)
    return "."


def read(expert: Expert, ref: str, *, of: str = "", project: str = "") -> str:
    return expert.read(ref, version=of, project=project, max_tokens=8000, cursor="").text


@pytest.mark.parametrize("of", ["", OURS])
def test_parameters_that_the_project_lacks_or_has_otherwise_are_named(
    expert: Expert, old_project: str, of: str
) -> None:
    text = read(expert, "api:fastapi.FastAPI", of=of, project=old_project)

    line = next(line for line in text.splitlines() if line.startswith("In FastAPI 0.99.1"))
    assert "no `lifespan`" in line
    assert "also `swagger`" in line
    assert "`debug` defaults to `True`" in line
    assert "`title`" not in line


def test_a_symbol_that_the_project_does_not_have_is_said(expert: Expert, old_project: str) -> None:
    text = read(expert, "api:fastapi.WebSocket", project=old_project)

    assert "FastAPI 0.99.1, which the project has, does not have `fastapi.WebSocket`" in text


def test_nothing_is_said_without_a_project_or_of_a_page(expert: Expert, old_project: str) -> None:
    assert "0.99.1" not in read(expert, "api:fastapi.FastAPI")
    assert "which the project has" not in read(expert, "guide:async-database", project=old_project)


def test_a_version_that_is_only_pinned_is_said_to_be_out_of_sight(expert: Expert, root: Path) -> None:
    (root / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    (root / "requirements.txt").write_text("fastapi==0.98.0\n")

    text = read(expert, "api:fastapi.FastAPI", project=".")

    assert "The project has FastAPI 0.98.0; how this differs there cannot be seen from here." in text
