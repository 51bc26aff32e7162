"""The commands and the environment of the composition, run as plain processes: there is no docker for that."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import COMMAND
from indexer.commands import nowhere
from indexer.repository import make_repository
from server.http_calls import HEADERS, LIST
from services import DEPLOY, answers, free_port, nginx, postgres

from maestro_indexer.embedded import ensure_embedded
from maestro_knowledge.core.home import Home

TOKEN = "a-shared-token-of-the-composition"


@pytest.mark.slow
def test_the_composition_serves_behind_its_nginx(home: Path, tmp_path: Path) -> None:
    composition = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    store = shutil.which("valkey-server") or shutil.which("redis-server")
    if store is None:
        pytest.skip("neither Redis nor Valkey is installed (Debian: redis-server)")
    ensure_embedded(Home(home))
    image = (DEPLOY / "Dockerfile").read_text().splitlines()
    program, *words = json.loads(next(line for line in image if line.startswith("CMD ")).removeprefix("CMD "))
    assert program == "fastapi-maestro"

    with ExitStack() as stack, postgres() as database:

        def run(command: list[str], name: str, **environment: str) -> Path:
            """Starts it with a home of its own, as a container has one; the file is what it says."""
            shutil.copytree(home, tmp_path / name, symlinks=True)
            environment["FASTAPI_MAESTRO_HOME"] = str(tmp_path / name)
            file = tmp_path / f"{name}.log"
            child = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                cwd=tmp_path,
                stderr=stack.enter_context(file.open("wb")),
                start_new_session=True,
            )
            stack.callback(_end, child)
            return file

        limits = free_port()
        _, *options = composition["services"]["redis"]["command"]
        run([store, *options, "--port", str(limits)], "redis")
        given = {
            **composition["x-maestro"]["environment"],
            "FASTAPI_MAESTRO_TOKEN": TOKEN,
            "FASTAPI_MAESTRO_DATABASE_URL": database.url,
            "FASTAPI_MAESTRO_REDIS_URL": f"redis://127.0.0.1:{limits}/0",
            "FASTAPI_MAESTRO_HOSTS": "localhost,nginx",
            "FASTAPI_MAESTRO_LOG_FORMAT": "json",
        }
        ports = (free_port(), free_port())
        for port in ports:
            command = [str(COMMAND), *(str(port) if word == "8000" else word for word in words)]
            run(command, f"replica-{port}", **given)
        until(lambda: all(map(answers, ports)))
        url = stack.enter_context(nginx(tmp_path, (f"127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[1]}")))
        headers = {**HEADERS, "Host": "localhost"}
        with httpx.Client(timeout=60, headers=headers) as client:
            assert client.post(f"{url}/mcp", json=LIST).status_code == 401
            client.headers["Authorization"] = f"Bearer {TOKEN}"
            for _ in range(10):
                assert client.post(f"{url}/mcp", json=LIST).status_code == 200
            assert client.get(f"{url}/ready").status_code == 200

        remote = tmp_path / "repository"
        timer = {"REFRESH_SECONDS": "1", "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"}
        command = composition["services"]["refresher"]["command"]
        said = run(command, "refresher", **given, **nowhere(remote.as_uri()), **timer)
        until(lambda: "indexer: " in said.read_text())  # there is nothing to fetch yet, and the timer goes on
        repository = make_repository(remote)
        for version in ("0.1.0", "0.2.0"):
            repository.release(version)
            for port in ports:
                until(partial(_serves, port, version))


def _serves(port: int, version: str) -> bool:
    ready = httpx.get(f"http://127.0.0.1:{port}/ready", headers={"Host": "localhost"}, timeout=60)
    return bool(ready.json()["version"] == version)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends a process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    child.wait(30)


def until(what: Callable[[], bool], seconds: float = 90) -> None:
    """Waits for it, not longer."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come"
