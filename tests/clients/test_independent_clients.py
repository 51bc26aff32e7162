"""Clients that we did not write: Inspector, conformance suite, TypeScript client, Claude Code."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMMAND

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("MAESTRO_CLIENTS", "")).absolute()
BIN = FOLDER / "node_modules" / ".bin"

if not os.environ.get("MAESTRO_CLIENTS") or not (FOLDER / "installed").exists():
    pytest.skip(
        "the npm clients are not installed (npm or its registry was out of reach); `make test-clients` installs them",
        allow_module_level=True,
    )

# What holds for any server; the rest of the suite calls tools that only its own fixture server has.
SCENARIOS = {
    "2025-11-25": (
        "server-initialize",
        "server-session-lifecycle",
        "ping",
        "logging-set-level",
        "completion-complete",
        "tools-list",
        "resources-list",
        "prompts-list",
        "server-sse-multiple-streams",
        "dns-rebinding-protection",
    ),
    "2026-07-28": (
        "server-stateless",
        "completion-complete",
        "tools-list",
        "resources-list",
        "prompts-list",
        "server-sse-multiple-streams",
        "dns-rebinding-protection",
        "sep-2164-resource-not-found",
        "caching",
        "http-header-validation",
        "input-required-result-unsupported-methods",
    ),
}


def run(
    *words: str, home: Path, timeout: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    node = FOLDER / "node_modules" / "node" / "bin"
    env = {
        **os.environ,
        "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
        "MAESTRO_CLIENTS": str(FOLDER),
        "FASTAPI_MAESTRO_HOME": str(home),
        **environment,
    }
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        env=env,
        cwd=home,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """A real HTTP server on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(COMMAND), "serve", "--transport", "http", "--port", str(port)],
        env={**os.environ, "FASTAPI_MAESTRO_HOME": str(home)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=5):
                break
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                server.kill()
                raise
    yield f"http://localhost:{port}/mcp"
    server.terminate()
    assert server.wait(30) == 0


@pytest.mark.parametrize("era", ["legacy", "modern"])
@pytest.mark.parametrize("over", ["stdio", "http"])
def test_the_inspector_finds_every_schema_portable(era: str, over: str, home: Path, url: str) -> None:
    target = [str(COMMAND)] if over == "stdio" else [url]
    ran = run(
        str(BIN / "mcp-inspector"), "--cli", "--protocol-era", era, "--method", "tools/list", "--strict", *target,
        home=home,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["tools"]) == 10
    assert "error" not in ran.stderr.lower().replace("0 errors", "")


@pytest.mark.parametrize("version", SCENARIOS)
def test_the_conformance_suite_passes(version: str, home: Path, url: str) -> None:
    failed = []
    for scenario in SCENARIOS[version]:
        baseline = HERE / f"conformance-{scenario}.yml"
        expected = ["--expected-failures", str(baseline)] if baseline.exists() else []
        ran = run(
            str(BIN / "conformance"), "server", "--url", url, "--scenario", scenario, "--spec-version", version,
            *expected, home=home,
        )  # fmt: skip
        if ran.returncode:
            failed.append(f"{scenario}: {ran.stdout[-1500:]}{ran.stderr[-500:]}")
    assert failed == []


@pytest.mark.parametrize("era", ["auto", "modern", "legacy"])
@pytest.mark.parametrize("over", ["stdio", "http"])
def test_the_typescript_client_gets_everything(era: str, over: str, home: Path, url: str) -> None:
    target = [str(COMMAND)] if over == "stdio" else ["--url", url]
    ran = run("node", str(HERE / "full_run.mjs"), era, *target, home=home)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    assert (seen["tools"], seen["templates"]) == (10, 7)
    assert seen["layer"]
    assert re.search(r"`(docs|guide|api):", seen["search"])
    assert not seen["searchHasTwin"]
    assert seen["refused"].startswith("bad_argument:")
    assert "review_endpoint" in seen["prompt"]
    assert seen["resource"]


def test_claude_code_connects(home: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "CLAUDE_CONFIG_DIR": str(tmp_path / "config")}
    added = run(
        str(BIN / "claude"), "mcp", "add", "fastapi-maestro", "--", str(COMMAND), home=home, **environment
    )
    assert added.returncode == 0, added.stdout + added.stderr
    listed = run(str(BIN / "claude"), "mcp", "list", home=home, **environment)
    assert "Connected" in listed.stdout, listed.stdout + listed.stderr
