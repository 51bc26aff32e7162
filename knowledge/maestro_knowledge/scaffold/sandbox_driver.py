"""Runs inside the sandbox: imports generated code, builds its OpenAPI document, runs its tests.

Started as a script with nothing on its path but the standard library; never imported by the product.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

_MEMORY = 2 * 1024**3
_FILE_SIZE = 64 * 1024**2
_PYTEST = (
    "-q", "--no-header", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception",
)  # fmt: skip
_DENIED = ("os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "socket.connect")


def _deny(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(_DENIED):
        raise PermissionError(f"generated code may not use {event}")


def _limit(seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: _FILE_SIZE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        most = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (most, most))


def _last_line(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()[:500]


def _import_all(modules: list[str]) -> str:
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the verdict
            return f"{name}: {_last_line(error)}"
    return ""


def _build_schema(entry: str) -> tuple[str, dict[str, Any]]:
    module, _, name = entry.partition(":")
    try:
        schema = getattr(importlib.import_module(module), name).openapi()
        json.dumps(schema)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the verdict
        return _last_line(error), {}
    return "", schema


class _Counter:
    """Counts what pytest reports."""

    def __init__(self) -> None:
        self.passed, self.skipped, self.failed = 0, 0, ["" for _ in range(0)]

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Called by pytest for each phase of each test."""
        if report.failed:
            self.failed.append(f"{report.nodeid}: {str(report.longreprtext).strip().splitlines()[-1][:200]}")
        elif report.skipped:
            self.skipped += 1
        elif report.when == "call":
            self.passed += 1


def _run_tests(tests: list[str]) -> dict[str, Any]:
    import pytest  # noqa: PLC0415 - only where tests are run

    counter = _Counter()
    output = io.StringIO()
    # Looking for garbage, and explaining failures of which one line is told, takes a third of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = int(pytest.main([*_PYTEST, *tests], plugins=[counter]))
    tail = output.getvalue().strip().splitlines()[-1:] if code not in {0, 1} else []
    return {
        "code": code,
        "passed": counter.passed,
        "skipped": counter.skipped,
        "failed": counter.failed,
        "tail": tail,
    }


def main() -> None:
    """Reads the job beside this run's folder, does it, writes what came out."""
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    _limit(job["seconds"])
    sys.dont_write_bytecode = not job["bytecode"]
    sys.pycache_prefix = job["bytecode"] or None
    sys.path[:0] = [str(folder / "code"), *job["site"]]
    os.environ.update(job["environment"])
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(folder / "code")
    sys.addaudithook(_deny)
    found: dict[str, Any] = {"imports": _import_all(job["modules"])}
    if not found["imports"]:
        found["schema_fault"], found["schema"] = _build_schema(job["entry"])
        if job["tests"] and not found["schema_fault"]:
            found["tests"] = _run_tests(job["tests"])
    (folder / "result.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
