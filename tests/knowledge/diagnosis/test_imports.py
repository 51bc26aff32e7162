"""Imports that real Python refuses, each with the explanation it must get."""

import subprocess
import sys

import pytest
from knowledge.diagnosis.provoke import explained, traceback_of_source


def run(folder, file: str) -> str:
    """What Python prints when it runs this file of the folder."""
    done = subprocess.run(
        [sys.executable, file], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stderr


def test_a_cycle_is_explained(tmp_path):
    (tmp_path / "items.py").write_text("from users import router\nitems = 1\n")
    (tmp_path / "users.py").write_text("from items import items\nrouter = 1\n")
    (tmp_path / "start.py").write_text("import items\n")
    assert "`items`" in explained("import-cycle", run(tmp_path, "start.py")).what


def test_a_file_that_hides_its_package_is_explained(tmp_path):
    (tmp_path / "fastapi.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    (tmp_path / "start.py").write_text("import fastapi\n")
    diagnosis = explained("import-cycle", run(tmp_path, "start.py"))
    assert "has the name of the package" in diagnosis.causes[0].says


def test_a_relative_import_outside_of_a_package_is_explained(tmp_path):
    (tmp_path / "main.py").write_text("from .routers import items\n")
    explained("relative-import", run(tmp_path, "main.py"))


def test_a_name_that_fastapi_does_not_have_is_explained():
    assert (
        "`Flask`" in explained("name-not-in-fastapi", traceback_of_source("from fastapi import Flask")).what
    )
    explained("name-not-in-fastapi", traceback_of_source("import fastapi.graphql"))
    explained("name-not-in-fastapi", traceback_of_source("import fastapi\nfastapi.Blueprint"))


def test_a_package_that_is_not_there_is_explained():
    diagnosis = explained("package-not-installed", traceback_of_source("import no_such_package_at_all"))
    assert "`no_such_package_at_all`" in diagnosis.what
    assert diagnosis.confidence == "medium"


@pytest.mark.parametrize(
    "text",
    [
        # needs older releases beside newer ones, which no resolver installs; the texts are those of their raise sites
        "TypeError: Router.__init__() got an unexpected keyword argument 'on_startup'",
        "TypeError: ForwardRef._evaluate() missing 1 required keyword-only argument: 'recursive_guard'",
        (
            "SystemError: The installed pydantic-core version (2.50.4) is incompatible with the current pydantic version, "
            "which requires 2.41.5."
        ),
    ],
)
def test_versions_that_do_not_fit_are_explained(text):
    explained("versions-do-not-fit", text)
