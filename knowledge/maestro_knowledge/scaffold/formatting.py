"""The formatter, where there is one; the templates' own layout, where there is none."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

SECONDS = 20
LONG = "names are as long as they were given"


def find_ruff() -> str | None:
    """The ruff beside this interpreter, or the one on the path."""
    beside = Path(sys.executable).with_name("ruff")
    return str(beside) if beside.is_file() else shutil.which("ruff")


def format_files(files: Mapping[str, str], *, width: int, quotes: str = "double") -> dict[str, str]:
    """The files as ruff lays them out, or as they are."""
    ruff = find_ruff()
    if ruff is None:
        return dict(files)
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        folder = Path(name)
        _write(folder, files)
        if _run([ruff, "format", *_options(width, quotes), "."], folder).returncode != 0:
            return dict(files)
        found = {path: _read(folder / path, text) for path, text in files.items()}
        if not any(len(line) > width for path, text in found.items() for line in _lines(path, text)):
            return found
        # Names of sixty characters make long lines of what cannot be broken: statements, rows of tests.
        marks = ["--isolated", "--no-cache", "--line-length", str(width), "--select", "E501"]
        _run([ruff, "check", *marks, f"--add-noqa={LONG}", "."], folder)
        return {path: _read(folder / path, text) for path, text in files.items()}


def find_unformatted(files: Mapping[str, str], *, width: int, quotes: str = "double") -> list[str] | None:
    """The files that ruff would lay out differently, or None where there is no ruff."""
    ruff = find_ruff()
    if ruff is None:
        return None
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        folder = Path(name)
        _write(folder, files)
        done = _run([ruff, "format", "--check", *_options(width, quotes), "."], folder)
        lines = done.stdout.splitlines()
        return sorted(
            line.removeprefix("Would reformat: ") for line in lines if line.startswith("Would reformat")
        )


def _lines(path: str, text: str) -> list[str]:
    return text.splitlines() if path.endswith(".py") else []


def _options(width: int, quotes: str) -> list[str]:
    style = f'format.quote-style="{quotes}"'
    return ["--isolated", "--no-cache", "--line-length", str(width), "--config", style]


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        if path.endswith(".py"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _read(path: Path, text: str) -> str:
    return path.read_text(encoding="utf-8") if path.suffix == ".py" else text
