"""A process apart, bounded in time and memory, that tries generated code and nothing of the user's."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import platformdirs

from maestro_knowledge.core.records import dataclass

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out: the result of the driver, or why there is none."""

    result: Mapping[str, Any]
    failure: str = ""


def try_code(
    files: Mapping[str, str],
    *,
    modules: Sequence[str],
    entry: str,
    tests: Sequence[str],
    source: str = "",
    environment: Mapping[str, str] | None = None,
    seconds: int = SECONDS,
) -> Trial:
    """Writes the files to a temporary folder, imports them there, builds the schema and runs the tests."""
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        folder = Path(name)
        for path, text in files.items():
            target = folder / "code" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        job = {
            "modules": list(modules),
            "entry": entry,
            "tests": list(tests),
            "site": [str(folder / "code" / source), *site_folders()],
            "environment": dict(environment or {}),
            "seconds": seconds,
            "bytecode": _bytecode_folder(),
        }
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        return _run(folder, seconds)


def site_folders() -> list[str]:
    """The folders that FastAPI and what it stands on are installed in."""
    names = ("fastapi", "starlette", "pydantic", "pydantic_core", "sqlalchemy", "pytest")
    found: list[str] = []
    for name in names:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            place = str(Path(spec.origin).parent.parent)
            if place not in found:
                found.append(place)
    return found


def _bytecode_folder() -> str:
    """Where compiled packages are kept when their own folder has none: compiling them takes seconds a run."""
    spec = find_spec("fastapi")
    if spec is None or spec.cached is None or Path(spec.cached).is_file():
        return ""
    return str(platformdirs.user_cache_path("fastapi-maestro", appauthor=False) / "bytecode")


def has_package(name: str) -> bool:
    """Whether a package is installed beside this one; it is not imported."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _run(folder: Path, seconds: int) -> Trial:
    driver = Path(__file__).with_name("sandbox_driver.py")
    command = [sys.executable, "-I", "-S", str(driver), str(folder)]
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "PATH": os.defpath}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            _stop(process)
            return Trial({}, f"took longer than {seconds} seconds")
    result = folder / "result.json"
    if result.is_file():
        return Trial(json.loads(result.read_text(encoding="utf-8")))
    last = (folder / "output").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    return Trial({}, f"ended with code {code}: {''.join(last)[:300]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
