"""The commands and the environment of the composition, run as plain processes: there is no docker for that."""

import json
import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import COMMAND
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
    for line in composition["services"]["refresher"]["command"][2:]:
        subprocess.run(["sh", "-n", "-c", line], check=True, timeout=30)

    with ExitStack() as stack, postgres() as database:

        def run(command: list[str], **environment: str) -> None:
            log = stack.enter_context((tmp_path / f"log-{free_port()}").open("wb"))
            child = subprocess.Popen(command, env={**os.environ, **environment}, cwd=tmp_path, stderr=log)
            stack.callback(child.wait, 30)
            stack.callback(child.terminate)

        limits = free_port()
        _, *options = composition["services"]["redis"]["command"]
        run([store, *options, "--port", str(limits)])
        given = {
            **composition["x-maestro"]["environment"],
            "FASTAPI_MAESTRO_TOKEN": TOKEN,
            "FASTAPI_MAESTRO_DATABASE_URL": database.url,
            "FASTAPI_MAESTRO_REDIS_URL": f"redis://127.0.0.1:{limits}/0",
            "FASTAPI_MAESTRO_HOSTS": "localhost,nginx",
            "FASTAPI_MAESTRO_HOME": str(home),
            "FASTAPI_MAESTRO_LOG_FORMAT": "json",
        }
        ports = (free_port(), free_port())
        for port in ports:
            run([str(COMMAND), *(str(port) if word == "8000" else word for word in words)], **given)
        deadline = time.monotonic() + 90
        while not all(map(answers, ports)):
            assert time.monotonic() < deadline
        url = stack.enter_context(nginx(tmp_path, (f"127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[1]}")))
        headers = {**HEADERS, "Host": "localhost"}
        with httpx.Client(timeout=60, headers=headers) as client:
            assert client.post(f"{url}/mcp", json=LIST).status_code == 401
            client.headers["Authorization"] = f"Bearer {TOKEN}"
            for _ in range(10):
                assert client.post(f"{url}/mcp", json=LIST).status_code == 200
            assert client.get(f"{url}/ready").status_code == 200
