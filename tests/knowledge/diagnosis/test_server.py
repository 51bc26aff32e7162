"""Servers that do not start or do not answer, each with the explanation it must get."""

import os
import socket
import subprocess
import sys

import fastapi.cli
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from knowledge.diagnosis.provoke import explained, log_of_server, traceback_of


def run(folder, *arguments: str) -> str:
    """What `python -m uvicorn` prints in this folder; it must end by itself."""
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-m", "uvicorn", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def test_a_module_that_is_not_there_is_explained(tmp_path):
    diagnosis = explained("application-not-importable", run(tmp_path, "shop:app"))
    assert "`shop`" in diagnosis.what
    explained("application-not-importable", run(tmp_path, "shop"))


def test_an_application_of_another_name_is_explained(tmp_path):
    (tmp_path / "shop.py").write_text("api = None\n")
    assert "`app`" in explained("application-attribute-missing", run(tmp_path, "shop:app")).what


def test_a_port_that_is_taken_is_explained(tmp_path):
    (tmp_path / "shop.py").write_text("async def app(scope, receive, send): ...\n")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        explained(
            "address-in-use",
            run(tmp_path, "shop:app", "--port", str(listener.getsockname()[1]), "--lifespan", "off"),
        )


def test_an_address_of_another_machine_is_explained(tmp_path):
    (tmp_path / "shop.py").write_text("async def app(scope, receive, send): ...\n")
    explained("port-not-permitted", run(tmp_path, "shop:app", "--host", "192.0.2.1", "--lifespan", "off"))


def test_reload_with_an_object_is_explained(caplog):
    with pytest.raises(SystemExit):
        uvicorn.run(FastAPI(), reload=True, log_config=None)
    code = "uvicorn.run(app, reload=True)\n"
    diagnosis = explained("reload-needs-import-string", caplog.text, code)
    assert diagnosis.causes[0].evidence[0].line == 1


def test_a_start_that_fails_without_known_reason_is_explained(tmp_path):
    (tmp_path / "shop.py").write_text(
        "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    raise KeyError('DATABASE_URL')\n    yield\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    diagnosis = explained("startup-failed", run(tmp_path, "shop:app", "--port", "0"))
    assert diagnosis.error.users_frame.line == 5


def test_a_start_that_fails_for_a_known_reason_is_explained_by_that(tmp_path):
    (tmp_path / "shop.py").write_text(
        "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\nimport asyncio\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    asyncio.run(asyncio.sleep(0))\n    yield\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    explained("loop-already-running", run(tmp_path, "shop:app", "--port", "0"))


def test_an_application_that_does_not_answer_is_explained():
    async def app(scope, receive, send) -> None: ...

    def ask(port: int) -> None:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5)

    explained("application-is-no-asgi", log_of_server(app, ask))
    diagnosis = explained("application-is-no-asgi", traceback_of(lambda: FastAPI()({}, lambda: None)))
    assert "WSGI server" in diagnosis.causes[0].says


def test_bytes_that_are_no_request_are_explained():
    def ask(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"\x16\x03\x01\x02\x00 a handshake \r\n\r\n")
            connection.recv(1000)

    explained("invalid-request-received", log_of_server(FastAPI(), ask, http="h11"))


def test_a_command_without_its_package_is_explained(monkeypatch):
    monkeypatch.setattr(fastapi.cli, "cli_main", None)
    explained("command-line-missing", traceback_of(fastapi.cli.main))


@pytest.mark.parametrize(
    "text",
    [
        # fastapi-cli is not among the test dependencies; this is what it prints
        "Could not find a default file to run, please provide an explicit path",
        "Path does not exist shop.py",
    ],
)
def test_a_command_that_finds_no_application_is_explained(text):
    explained("application-file-not-found", text)
