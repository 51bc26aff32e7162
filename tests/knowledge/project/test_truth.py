"""The model against FastAPI itself: real applications are started here, never in the product."""

import os
import subprocess
from pathlib import Path

import pytest
from knowledge.project.truth import ask_fastapi, compare

from maestro_knowledge.project.load import load_path

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


@pytest.mark.parametrize("name", ["odd", "shop/src", "mono/backend", "mono/services/billing"])
def test_a_project_is_wired_as_fastapi_wires_it(name: str) -> None:
    folder = PROJECTS / name
    project = load_path(folder, root=folder)
    assert project.skipped == ()
    real = ask_fastapi(folder, [module.path for module in project.modules])
    assert [answer for answer in real.values() if isinstance(answer, str)] == []
    count, differences = compare(project, real)
    assert count
    assert differences == []
    assert all(route.is_complete for route in project.routes)


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = os.environ.get("MAESTRO_EVAL_VAULT")
    if not vault:
        pytest.skip("MAESTRO_EVAL_VAULT names no clone of the documentation")
    folder = tmp_path_factory.mktemp("examples")
    tags = subprocess.run(
        ["git", "-C", vault, "tag", "--sort=-v:refname"], capture_output=True, text=True, check=True
    )
    archive = subprocess.run(
        ["git", "-C", vault, "archive", tags.stdout.split()[0], "docs_src"], capture_output=True, check=True
    )
    subprocess.run(["tar", "x", "-C", str(folder)], input=archive.stdout, check=True)
    for name in ("static", "templates"):
        (folder / name).mkdir()
    (folder / "dist").mkdir()
    for name in ("index.html", "404.html"):
        (folder / "dist" / name).write_text("", "utf-8")
    return folder


def test_every_documentation_example_is_wired_as_fastapi_wires_it(examples: Path) -> None:
    project = load_path(examples, root=examples)
    assert [entry for entry in project.skipped if entry.path != "dist"] == []
    real = ask_fastapi(examples, [module.path for module in project.modules])
    count, differences = compare(project, real)
    assert count > 300
    assert differences == []
    failed = [answer for answer in real.values() if isinstance(answer, str)]
    assert len(failed) < 25, failed
