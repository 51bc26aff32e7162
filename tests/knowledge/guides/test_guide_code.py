"""Every python block of every guide runs against the real framework, and what it asserts holds."""

import asyncio
import inspect
import linecache
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from knowledge.guides.blocks import Block, blocks_of

from maestro_knowledge.guides.load import load_guides
from maestro_knowledge.guides.model import Guide

GUIDES = load_guides()
BY_NAME = pytest.mark.parametrize("guide", GUIDES, ids=[guide.name for guide in GUIDES])
OPTIONS = ("--isolated", "--no-cache", "--target-version", "py311", "--line-length", "110")
SELECT = "F,E4,E7,E9,W,I,UP,B,ASYNC,FAST,DTZ,S,PT,RUF006,PERF,SIM,RET,ANN,TRY2"
# S101: tests assert. S105, S106 judge by name. E402, I001: a later block imports what it needs. FAST003 does not look into aliases.
LINT = ("--select", SELECT, "--ignore", "S101,S105,S106,E402,I001,FAST003", "--output-format", "concise")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """An empty module that a guide's blocks fill, with a folder of its own to import from."""
    root = tmp_path / "modules"
    root.mkdir()
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = ModuleType("guide_under_test")
    module.__file__ = str(root / "guide_under_test.py")
    before = set(sys.modules)
    sys.modules[module.__name__] = module
    yield module
    for name in sorted(set(sys.modules) - before, reverse=True):  # children before their packages
        file = getattr(sys.modules[name], "__file__", None) or ""
        paths = [str(path) for path in getattr(sys.modules[name], "__path__", [])]
        if any(place.startswith(str(root)) for place in [file, *paths]):
            del sys.modules[name]


@BY_NAME
def test_the_code_of_a_guide_runs_and_its_assertions_hold(
    guide: Guide, module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = [block for block in blocks_of(guide) if not block.not_run]
    _write_files(blocks, tmp_path / "modules")
    source = guide.text.splitlines(keepends=True)
    linecache.cache[guide.file] = (len(guide.text), None, source, guide.file)
    (data := tmp_path / "data").mkdir()
    fixtures = {"tmp_path": data, "monkeypatch": monkeypatch}
    ran = 0
    for block in blocks:
        if block.file:
            continue
        known = set(vars(module))
        exec(compile(block.padded, guide.file, "exec"), vars(module))
        new = [
            value for name, value in vars(module).items() if name.startswith("test_") and name not in known
        ]
        for function in new:
            _call(function, fixtures)
            ran += 1
    assert ran or not blocks, "runnable code, and nothing that asserts what it does"


def _write_files(blocks: list[Block], root: Path) -> None:
    for block in blocks:
        if block.file:
            target = root / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.code, encoding="utf-8")


def _call(function: Callable[..., object], fixtures: dict[str, object]) -> None:
    assert isinstance(function, FunctionType)
    for given in _parametrized(function):
        wanted = {
            name: fixtures[name] for name in inspect.signature(function).parameters if name not in given
        }
        result = function(**wanted, **given)
        if inspect.iscoroutine(result):
            asyncio.run(result)


def _parametrized(function: FunctionType) -> list[dict[str, object]]:
    """The values of a `parametrize` mark with one name, else one empty set of them."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    return [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]


@BY_NAME
def test_a_test_in_a_guide_asserts_something(guide: Guide) -> None:
    for block in blocks_of(guide):
        for part in re.split(r"^(?=(?:async )?def test_)", block.code, flags=re.MULTILINE)[1:]:
            assert re.search(r"\bassert\b|pytest\.raises", part), part.split("\n")[0]


def test_the_code_of_all_guides_is_formatted_and_lint_free(tmp_path: Path) -> None:
    for guide in GUIDES:
        whole = tmp_path / guide.name.replace("-", "_")
        blocks = blocks_of(guide)
        for number, block in enumerate(blocks):
            folder = whole / "parts"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"block_{number}_line_{block.line}.py").write_text(block.code, encoding="utf-8")
        text = "\n\n".join(block.code for block in blocks if not block.not_run and not block.file)
        if text:
            (whole / "whole.py").write_text(text, encoding="utf-8")
        for block in blocks:
            if block.file:
                (whole / f"file_{block.file.replace('/', '_')}").write_text(block.code, encoding="utf-8")
    formatted = _ruff("format", *OPTIONS, "--check", "--diff", str(tmp_path))
    # only the blocks: joined, they lack the blank lines that a formatter wants between them
    wrong = [line for line in formatted.stdout.splitlines() if line.startswith("--- ") and "/parts/" in line]
    assert not wrong, formatted.stdout
    linted = _ruff("check", *OPTIONS, *LINT, "--exclude", "parts", str(tmp_path))
    assert linted.returncode == 0, linted.stdout


def _ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruff", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
