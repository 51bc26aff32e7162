"""What is shipped for running a team's server is what the server does."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from server.http_calls import HEADERS, LIST, Start
from services import DEPLOY, nginx

from maestro_knowledge.core.settings import Settings, variable
from maestro_server.team.metrics import Metrics
from maestro_server.team.readiness import State


def test_the_dashboard_shows_what_the_server_does_all_of_it_and_nothing_else() -> None:
    asked = {_family(name) for name in re.findall(r"maestro_\w+", (DEPLOY / "dashboard.json").read_text())}
    text = Metrics().text(State(True)).decode()
    exported = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))

    assert asked == {name for name in exported if not name.endswith("_created")}


def _family(name: str) -> str:
    return re.sub(r"_(bucket|sum|count)$", "", name)


def test_every_variable_of_the_composition_is_a_setting() -> None:
    composition = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    used = {name for name in composition["x-maestro"]["environment"] if name.startswith("FASTAPI_MAESTRO_")}

    assert used <= {variable(name) for name in Settings.__dataclass_fields__}
    assert set(composition["services"]) == {"replica1", "replica2", "refresher", "nginx", "postgres", "redis"}
    upstream = set(re.findall(r"server (\w+):8000", (DEPLOY / "nginx.conf").read_text()))
    assert upstream <= set(composition["services"])


def test_the_composition_is_one_that_compose_takes() -> None:
    """`config` reads and checks it against the schema, and needs no daemon for that."""
    program = shutil.which("docker-compose")
    words = [program] if program else [shutil.which("docker"), "compose"]
    if words[0] is None:
        pytest.skip("neither docker nor docker-compose is installed (Debian: docker-compose)")
    done = subprocess.run(
        [*words, "-f", str(DEPLOY / "compose.yaml"), "config", "-q"],
        env={"PATH": os.environ["PATH"], "FASTAPI_MAESTRO_TOKEN": "x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.fixture
def proxy(tmp_path: Path, start: Start) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """nginx with the shipped configuration before two replicas."""
    started = [start(FASTAPI_MAESTRO_HOSTS="127.0.0.1") for _ in range(2)]
    one, other = (url.removeprefix("http://") for _, url in started)
    with nginx(tmp_path, (one, other)) as url:
        yield url, [child for child, _ in started]


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
