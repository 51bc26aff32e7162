"""The tools of others that look at generated code: linters, type checkers, coverage, a fuzzer of APIs."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
RUFF = """
line-length = {width}
[lint]
select = ["ALL"]
ignore = ["COM812", "CPY", "D203", "D213"]
[lint.isort]
known-first-party = ["app", "shop", "core", "tests"]
[lint.per-file-ignores]
"**/test_*.py" = ["PLR2004", "S101", "S105", "S106", "INP001"]
"""
LEAST = 95
STUBS = list(BIN.parent.glob("lib/python*/site-packages/asyncpg-stubs"))
Verdict = tuple[str, str]


@dataclass(frozen=True)
class Made:
    """What a request has written into a project."""

    root: Path
    files: Sequence[str]
    project: str

    @property
    def source(self) -> Path:
        return self.root / "src" if (self.root / "src").is_dir() else self.root

    @property
    def modules(self) -> list[str]:
        return [path for path in self.files if not Path(path).name.startswith("test_")]


def run(made: Made, *words: str, seconds: int = 240) -> "subprocess.CompletedProcess[str]":
    """A tool in the project; one that hangs is ended, and what it said so far is kept."""
    paths = {
        "PYTHONPATH": str(made.source),
        "MYPYPATH": str(made.source),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    try:
        return subprocess.run(
            list(words),
            cwd=made.root,
            env={**os.environ, **paths},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = "".join(part.decode() for part in (late.stdout, late.stderr) if isinstance(part, bytes))
        return subprocess.CompletedProcess(list(words), 124, f"{said}\ntook longer than {seconds} seconds")


def lint(made: Made) -> Verdict:
    """ruff with every rule that there is, less those that contradict each other."""
    config = made.root / "matrix-ruff.toml"
    config.write_text(
        RUFF.format(width=100 if made.project in {"domain", "async_session"} else 88), encoding="utf-8"
    )
    done = run(made, str(BIN / "ruff"), "check", "--no-cache", "--config", str(config), "--output-format", "concise",
               "--target-version", "py311", *made.files)  # fmt: skip
    config.unlink()
    return ("pass", "") if done.returncode == 0 else ("fail", done.stdout[-600:])


def check_types(made: Made) -> Verdict:
    """mypy, strict."""
    cache = str(made.root.parent / "mypy-cache")
    done = run(
        made, str(BIN / "mypy"), "--strict", "--cache-dir", cache, "--explicit-package-bases", *made.files
    )
    if "asyncpg" in done.stdout and "missing library stubs" in done.stdout:
        return "not_run", "asyncpg-stubs is not installed"
    return ("pass", "") if done.returncode == 0 else ("fail", done.stdout[-600:])


def check_types_again(made: Made) -> Verdict:
    """basedpyright with pyright's own rules."""
    if any("asyncpg" in (made.root / path).read_text(encoding="utf-8") for path in made.files) and not STUBS:
        return "not_run", "asyncpg-stubs is not installed"
    config = made.root / "pyrightconfig.json"
    config.write_text('{"typeCheckingMode": "standard", "extraPaths": ["src", "."]}', encoding="utf-8")
    done = run(
        made, str(BIN / "basedpyright"), "--level", "error", "--pythonpath", sys.executable, *made.files
    )
    config.unlink()
    return ("pass", "") if done.returncode == 0 else ("fail", done.stdout[-600:])


def cover_by_tests(made: Made) -> Verdict:
    """The generated tests, in the project itself, and how much of the generated code they run."""
    tests = [path for path in made.files if Path(path).name.startswith("test_")]
    if not tests:
        return "not_run", "no tests were made"
    modules = ",".join(path for path in made.modules if not path.endswith("__init__.py"))
    config = made.root / "matrix-coverage.ini"
    config.write_text("[run]\nbranch = True\nconcurrency = greenlet, thread\n", encoding="utf-8")
    done = run(made, sys.executable, "-m", "coverage", "run", f"--rcfile={config}", f"--include={modules}", "-m",
               "pytest", "-q", "-W", "error", "-o", "faulthandler_timeout=60", "-p", "no:cacheprovider", *tests)  # fmt: skip
    if done.returncode:
        return "fail", done.stdout[-800:]
    report = run(made, sys.executable, "-m", "coverage", "report", f"--rcfile={config}", "--show-missing")
    config.unlink()
    if " skipped" in done.stdout:
        return "not_run", "some tests need a database server"
    total = re.search(r"^TOTAL.*?(\d+)%", report.stdout, re.MULTILINE)
    share = int(total.group(1)) if total else 0
    return ("pass", "") if share >= LEAST else ("fail", f"{share} %\n{report.stdout[-900:]}")


def fuzz(made: Made) -> Verdict:
    """schemathesis: no crash, and no answer that the OpenAPI document does not have."""
    if made.project != "new" or "asyncpg" in (made.root / "pyproject.toml").read_text(encoding="utf-8"):
        return "not_run", "only where the application is ours and needs no server"
    if not (made.root / "app/core/errors.py").exists():
        return "not_run", "nothing to call"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secrets = {
        "ACCESS_TOKEN_KEY": "0" * 64,
        "IDENTITY_ISSUER": "https://id.invalid",
        "IDENTITY_AUDIENCE": "api",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "error"],
        cwd=made.root,
        env={**os.environ, **secrets},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/openapi.json"
        if not _wait_for(url):
            return "not_run", "the application does not start without its settings"
        checks = (
            "not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance"
        )
        done = run(made, str(BIN / "schemathesis"), "run", url, "--checks", checks, "--max-examples", "15",
                   "--seed", "1", "--phases", "examples,coverage,fuzzing", seconds=300)  # fmt: skip
    finally:
        server.kill()
        server.wait()
    return ("pass", "") if done.returncode == 0 else ("fail", done.stdout[-1500:])


def _wait_for(url: str) -> bool:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


TOOLS: dict[str, Callable[[Made], Verdict]] = {
    "ruff strict": lint,
    "mypy strict": check_types,
    "basedpyright": check_types_again,
    f"tests cover {LEAST} %": cover_by_tests,
    "schemathesis": fuzz,
}
