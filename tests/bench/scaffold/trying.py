"""Generated tests under coverage, each project in a process that is forked from one with all libraries loaded."""

import asyncio
import contextlib
import io
import os
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

LOADED = (
    "__main__",
    "aiosqlite",
    "anyio._backends._asyncio",
    "asyncpg",
    "coverage",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "email_validator",
    "fastapi.sse",
    "fastapi.testclient",
    "greenlet",
    "httpx",
    "httpx2",
    "jwt",
    "pydantic_settings",
    "pytest",
    "python_multipart",
    "redis.asyncio",
    "sqlalchemy.ext.asyncio",
    "sqlmodel.ext.asyncio.session",
    "tenacity",
)
"""Starting Python and importing these costs more than most of the tests that follow."""

SECONDS = 900
CPU_SECONDS = 120
"""What tests may use: on a machine that is busy with others, the clock says little."""

PYTEST = ("-q", "-W", "error", "-o", "faulthandler_timeout=300", "-p", "no:cacheprovider", "--no-header")


@dataclass(frozen=True)
class Job:
    """One project's tests, and the modules that they are to run.

    Without `greenlets` some lines that SQLAlchemy's asyncio calls are not seen. With them coverage may hang: it
    keeps a table by greenlet, and the end of any thread of the test client clears it at any moment.
    """

    root: Path
    source: Path
    modules: Sequence[str]
    tests: Sequence[str]
    greenlets: bool = False


class Trials:
    """Runs generated tests, one project after the other."""

    def __init__(self) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(list(LOADED))

    def run(self, job: "Job") -> dict[str, Any]:
        """How pytest ended, what it said, and the report of coverage; one that hangs is ended."""
        ours, theirs = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_run, args=(theirs, job))
        child.start()
        theirs.close()
        try:
            if ours.poll(SECONDS):
                found: dict[str, Any] = ours.recv()
                return found
            why = f"took longer than {SECONDS} seconds"
        except EOFError:
            why = "ended without a result"
        finally:
            child.kill()
            child.join()
        return {"code": 124, "said": f"{_read(job.root / OUTPUT)}\n{why}", "report": ""}


OUTPUT = "matrix-output.txt"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")[-2000:] if path.exists() else ""


def make_database(name: str) -> str:
    """The address of an empty database of this name, where there is a server; tables of others are not in it."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        return ""

    async def make() -> None:
        import asyncpg

        connection = await asyncpg.connect(server)
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return f"{server.rpartition('/')[0]}/{name}"


def _run(answer: Any, job: Job) -> None:
    import coverage
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    root = job.root
    os.chdir(root)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if any("TEST_DATABASE_URL" in (root / path).read_text(encoding="utf-8") for path in job.tests):
        os.environ["TEST_DATABASE_URL"] = make_database(f"tests_{root.name}")
    sys.path[:0] = list(dict.fromkeys([str(job.source), str(root)]))
    sys.dont_write_bytecode = True
    with _said_to(root / OUTPUT):
        measure = coverage.Coverage(
            data_file=None, branch=True, include=list(job.modules), concurrency=["greenlet", "thread"] if job.greenlets else ["thread"],
            config_file=False, messages=False,
        )  # fmt: skip
        measure.start()
        code = int(pytest.main([*PYTEST, *job.tests]))
        measure.stop()
        report = io.StringIO()
        with contextlib.suppress(coverage.CoverageException):
            measure.report(show_missing=True, file=report)
    answer.send({"code": code, "said": _read(root / OUTPUT), "report": report.getvalue()})
    answer.close()
    (root / OUTPUT).unlink()


@contextlib.contextmanager
def _said_to(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
        yield
        sys.stdout.flush()
        sys.stderr.flush()


def make_environment(bytecode: Path) -> Mapping[str, str]:
    """Keeps compiled libraries beside the projects, where theirs have none: compiling takes seconds a start."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": str(bytecode)}
