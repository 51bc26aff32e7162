"""What is shipped for running a team's server is what the server does."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from server.http_calls import HEADERS, LIST, Start
from services import answers, free_port

from maestro_knowledge.core.settings import Settings, variable
from maestro_server.team.metrics import Metrics
from maestro_server.team.readiness import State

DEPLOY = Path(__file__).parents[2] / "server" / "deploy"


def test_every_figure_of_the_dashboard_is_one_that_is_shown() -> None:
    asked = set(re.findall(r"maestro_\w+", (DEPLOY / "dashboard.json").read_text()))
    shown = Metrics().text(State(True)).decode()

    assert asked
    assert {
        name for name in asked if not re.search(rf"^# TYPE {_family(name)} ", shown, re.MULTILINE)
    } == set()


def _family(name: str) -> str:
    return name if name.endswith("_total") else name.removesuffix("_bucket")


def test_every_variable_of_the_composition_is_a_setting() -> None:
    composition = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    used = {name for name in composition["x-maestro"]["environment"] if name.startswith("FASTAPI_MAESTRO_")}

    assert used <= {variable(name) for name in Settings.__dataclass_fields__}
    assert set(composition["services"]) == {"replica1", "replica2", "refresher", "nginx", "postgres", "redis"}
    upstream = set(re.findall(r"server (\w+):8000", (DEPLOY / "nginx.conf").read_text()))
    assert upstream <= set(composition["services"])


@pytest.fixture
def proxy(tmp_path: Path, start: Start) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """nginx with the shipped configuration before two replicas."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (Debian: nginx-light); `make services` tries to")
    children, text, port = [], (DEPLOY / "nginx.conf").read_text(), free_port()
    for name in ("replica1", "replica2"):
        child, url = start(FASTAPI_MAESTRO_HOSTS="127.0.0.1")
        children.append(child)
        text = text.replace(f"{name}:8000", url.removeprefix("http://"))
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("20000", "512")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\ndaemon off;\nerror_log {tmp_path}/log;\n{text}"
    )
    child = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    deadline = time.monotonic() + 30
    while not answers(port):
        assert child.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline
    yield f"http://127.0.0.1:{port}", children
    child.terminate()
    child.wait(30)


def test_two_replicas_serve_behind_nginx_and_one_goes_on_when_the_other_is_killed(
    proxy: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    url, replicas = proxy
    with httpx.Client(timeout=60, headers=HEADERS) as client:
        for _ in range(10):
            assert client.post(f"{url}/mcp", json=LIST).status_code == 200
        replicas[0].kill()
        answered = [client.post(f"{url}/mcp", json=LIST).status_code for _ in range(20)]
        assert answered == [200] * 20
        assert client.get(f"{url}/metrics").status_code == 404
        assert client.post(f"{url}/mcp", content=b"x" * 5_000_000).status_code == 413
        assert client.get(f"{url}/ready").status_code in {200, 503}
        assert json.loads(client.get(f"{url}/health").content) == {"status": "alive"}
