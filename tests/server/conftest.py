"""A server over HTTP, as a child process."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import COMMAND
from server.http_calls import Server, Start


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The folder with what each server wrote to stderr: a file for each, since a pipe that nobody reads fills."""
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def start(home: Path, root: Path, logs: Path) -> Iterator[Start]:
    """Starts a server as a child process and waits until it answers."""
    children = []

    def run(*words: str, **environment: str) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (logs / f"{port}.log").open("wb") as log:
            child = subprocess.Popen(
                [str(COMMAND), "serve", "--transport", "http", "--port", str(port), *words],
                env={**os.environ, "FASTAPI_MAESTRO_HOME": str(home), **environment},
                cwd=root,
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        children.append(child)
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/health", timeout=5)
                break
            except httpx.TransportError:
                continue
        return child, url

    yield run
    for child in children:
        child.kill()
        child.wait()
