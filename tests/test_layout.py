"""The shape of the tree: three roots, one package each, contracts that hold, modules that stay short."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
ROOTS = {"knowledge": "maestro_knowledge", "indexer": "maestro_indexer", "server": "maestro_server"}
MODULES = sorted(path for root in ROOTS for path in (TOP / root).rglob("*.py"))
TEMPLATES = "scaffold/templates"

MODULE_LINES = 300
FUNCTION_LINES = 50


@pytest.mark.parametrize("root", ROOTS)
def test_each_root_holds_one_package_and_nothing_else(root: str) -> None:
    visible = {path.name for path in (TOP / root).iterdir() if path.name not in {"__pycache__", "deploy"}}
    assert visible == {ROOTS[root]}


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in MODULES if TEMPLATES not in path.as_posix()}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_packages_are_typed() -> None:
    assert all((TOP / root / package / "py.typed").exists() for root, package in ROOTS.items())


def test_no_module_outgrows_the_bound() -> None:
    lengths = {
        path.relative_to(TOP).as_posix(): len(path.read_text("utf-8").splitlines()) for path in MODULES
    }
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_outgrows_the_bound() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES:
                    long[f"{path.relative_to(TOP).as_posix()}:{node.name}"] = length
    assert long == {}


def test_only_a_command_line_prints() -> None:
    prints = [
        path.relative_to(TOP).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert {name for name in prints if not name.endswith("cli.py")} == set()


def test_only_settings_and_start_read_the_environment() -> None:
    readers = {
        path.relative_to(TOP).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= {
        "server/maestro_server/start.py",
        "knowledge/maestro_knowledge/core/settings.py",
        "knowledge/maestro_knowledge/core/environment.py",
        "knowledge/maestro_knowledge/scaffold/sandbox_driver.py",  # the script of a child process, in its own
    }


def test_import_contracts_hold() -> None:
    ran = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=TOP,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_libraries_stay_in_their_one_home() -> None:
    homes = {
        "git": {"vault/repository.py"},
        "markdown_it": {"vault/"},
        "griffe": {"vault/symbols"},
        "whoosh": {"maestro_indexer/"},
        "libcst": {"review/", "scaffold/"},
        "jinja2": {"scaffold/"},
        "fastmcp": {"maestro_server/"},
        "starlette": {"maestro_server/"},
    }
    strays = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += (
                [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            )
            for name in names:
                allowed = homes.get(name.partition(".")[0])
                if allowed and not any(part in path.as_posix() for part in allowed):
                    strays.append(f"{path.relative_to(TOP).as_posix()} imports {name}")
    assert strays == []
