"""The tools of others that look at generated code: linters, type checkers, coverage, a fuzzer of APIs.

Each takes all projects at once, and starts as few processes for them as it can.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trying import Job, Trials, make_database

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
TOGETHER = 40
"""Projects that the second type checker sees in one run: more of them want too much memory."""


@dataclass(frozen=True)
class Made:
    """What a request has written into a project."""

    label: str
    root: Path
    files: Sequence[str]
    project: str

    @property
    def source(self) -> Path:
        return self.root / "src" if (self.root / "src").is_dir() else self.root

    @property
    def modules(self) -> list[str]:
        return [path for path in self.files if not Path(path).name.startswith("test_")]

    @property
    def width(self) -> int:
        config = self.root / "pyproject.toml"
        said = (
            re.search(r"^line-length = (\d+)$", config.read_text("utf-8"), re.M) if config.is_file() else None
        )
        return int(said[1]) if said else 88


Judged = tuple[Made, str, str]
Tool = Callable[[Sequence[Made]], Iterator[Judged]]


def run(
    folder: Path, *words: str, source: Path | None = None, seconds: int = 600
) -> "subprocess.CompletedProcess[str]":
    """A tool in a folder; one that hangs is ended, and what it said so far is kept."""
    paths = {} if source is None else {"PYTHONPATH": str(source), "MYPYPATH": str(source)}
    try:
        return subprocess.run(
            list(words),
            cwd=folder,
            env={**os.environ, **paths},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = "".join(part.decode() for part in (late.stdout, late.stderr) if isinstance(part, bytes))
        return subprocess.CompletedProcess(list(words), 124, f"{said}\ntook longer than {seconds} seconds")


def lint(projects: Sequence[Made]) -> Iterator[Judged]:
    """ruff with every rule that there is, less those that contradict each other."""
    for made in projects:
        config = made.root / "matrix-ruff.toml"
        config.write_text(RUFF.format(width=made.width), encoding="utf-8")
        done = run(made.root, str(BIN / "ruff"), "check", "--no-cache", "--config", str(config),
                   "--output-format", "concise", "--target-version", "py311", *made.files)  # fmt: skip
        config.unlink()
        yield made, "fail" if done.returncode else "pass", done.stdout[-600:]


def check_types(projects: Sequence[Made]) -> Iterator[Judged]:
    """mypy, strict; what it knows of libraries is kept from one project to the next."""
    for made in projects:
        cache = str(made.root.parent / "mypy-cache")
        done = run(made.root, str(BIN / "mypy"), "--strict", "--cache-dir", cache, "--explicit-package-bases",
                   *made.files, source=made.source)  # fmt: skip
        yield made, "fail" if done.returncode else "pass", (done.stdout + done.stderr)[-600:]


def check_types_again(projects: Sequence[Made]) -> Iterator[Judged]:
    """basedpyright with pyright's own rules, many projects a run, each an environment of its own."""
    for start in range(0, len(projects), TOGETHER):
        batch = projects[start : start + TOGETHER]
        folder = batch[0].root.parent
        found = _check_batch(folder, batch)
        for made in batch:
            faults = found.get(made.root.name, [])
            yield made, "fail" if faults else "pass", "\n".join(faults)[-600:]


def _check_batch(folder: Path, batch: Sequence[Made]) -> dict[str, list[str]]:
    """The errors of each project by the name of its folder."""
    config = folder / "pyrightconfig.json"
    environments = [
        {"root": made.root.name, "extraPaths": [str(made.source.relative_to(folder))]} for made in batch
    ]
    files = [f"{made.root.name}/{path}" for made in batch for path in made.files]
    settings = {"typeCheckingMode": "standard", "executionEnvironments": environments, "include": files}
    config.write_text(json.dumps(settings), encoding="utf-8")
    done = run(folder, str(BIN / "basedpyright"), "--level", "error", "--outputjson", "--pythonpath",
               sys.executable, seconds=1800)  # fmt: skip
    config.unlink()
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return {made.root.name: [done.stdout[-300:] + done.stderr[-300:]] for made in batch}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in answer["generalDiagnostics"]:
        name, _, path = Path(fault["file"]).relative_to(folder).as_posix().partition("/")
        found[name].append(f"{path}:{fault['range']['start']['line'] + 1}: {fault['message']}")
    if answer["summary"]["filesAnalyzed"] < len(files):
        raise RuntimeError(f"{answer['summary']['filesAnalyzed']} of {len(files)} files were looked at")
    return found


def cover_by_tests(projects: Sequence[Made]) -> Iterator[Judged]:
    """The generated tests, in the project itself, and how much of the generated code they run."""
    trials = Trials()
    for made in projects:
        tests = [path for path in made.files if Path(path).name.startswith("test_")]
        if not tests:
            yield made, "not_run", "no tests were made"
            continue
        modules = [path for path in made.modules if not path.endswith("__init__.py")]
        job = Job(made.root, made.source, modules, tests)
        done = trials.run(job)
        share = _read_share(done["report"])
        if not done["code"] and share < LEAST:
            done = trials.run(replace(job, greenlets=True))
            share = _read_share(done["report"])
        if done["code"]:
            yield made, "fail", done["said"][-1500:]
        elif " skipped" in done["said"]:
            yield made, "not_run", "some tests need a database server"
        elif modules and share < LEAST:
            yield made, "fail", f"{share} %\n{done['report'][-900:]}"
        else:
            yield made, "pass", ""


def _read_share(report: str) -> int:
    total = re.search(r"^TOTAL.*?(\d+)%", report, re.MULTILINE)
    return int(total.group(1)) if total else 0


def fuzz(projects: Sequence[Made]) -> Iterator[Judged]:
    """schemathesis: no crash, and no answer that the OpenAPI document does not have."""
    for made in projects:
        if made.project != "new" or not (made.root / "app/core/errors.py").exists():
            yield made, "not_run", "only where the application is ours and has something to call"
        elif _has(made, "asyncpg") and "TEST_DATABASE_URL" not in os.environ:
            yield made, "not_run", "it needs a database server"
        else:
            yield made, *_fuzz_one(made)


def _fuzz_one(made: Made) -> tuple[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ACCESS_TOKEN_KEY": "0" * 64,
        "DATABASE_URL": "" if _has(made, "aiosqlite") else make_database(f"fuzz_{made.root.name}"),
        "IDENTITY_ISSUER": "https://id.invalid",
        "IDENTITY_AUDIENCE": "api",
        "LLM_API_KEY": "k",
        "DOCUMENT_STORE_URL": "http://127.0.0.1:9",
        **dict.fromkeys(_find_streams(made), "0.05"),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "error"],
        cwd=made.root,
        env={**os.environ, **{name: value for name, value in settings.items() if value}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/openapi.json"
        if not _wait_for(url, server):
            return "not_run", "the application does not start without its settings"
        checks = "status_code_conformance,response_schema_conformance,content_type_conformance"
        if not (made.root / "app/core/upstreams.py").exists():
            # What asks services that are not there documents 502; a crash is documented nowhere.
            checks += ",not_a_server_error"
        done = run(made.root, str(BIN / "schemathesis"), "run", url, "--checks", checks, "--max-examples", "15",
                   "--seed", "1", "--phases", "examples,coverage,fuzzing", "--request-timeout", "20",
                   seconds=300)  # fmt: skip
    finally:
        server.kill()
        server.wait()
    if "defines no API operations" in done.stdout:
        return "not_run", "there is nothing to call"
    return ("pass", "") if done.returncode == 0 else ("fail", done.stdout[-1500:])


def _find_streams(made: Made) -> Iterator[str]:
    """The variables that say how long a stream is held open: a fuzzer waits for the end of each."""
    for path in made.modules:
        text = (made.root / path).read_text(encoding="utf-8")
        prefix = re.search(r'env_prefix="(\w+)"', text)
        if prefix and "    stream_seconds: " in text:
            yield f"{prefix.group(1)}STREAM_SECONDS"


def _has(made: Made, dependency: str) -> bool:
    return dependency in (made.root / "pyproject.toml").read_text(encoding="utf-8")


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> bool:
    for _ in range(150):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


TOOLS: dict[str, Tool] = {
    "ruff strict": lint,
    "mypy strict": check_types,
    "basedpyright": check_types_again,
    f"tests cover {LEAST} %": cover_by_tests,
    "schemathesis": fuzz,
}
