"""Provoking real errors on the real framework, and getting the text that a user would paste."""

import asyncio
import io
import logging
import socket
import threading
import traceback
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from maestro_knowledge.diagnosis.match import diagnose
from maestro_knowledge.diagnosis.model import Diagnosis, ProjectFacts


def traceback_of(function: Callable[[], object]) -> str:
    """The traceback that Python prints for what `function` raises, warnings included."""
    try:
        function()
    except BaseException:
        return traceback.format_exc()
    raise AssertionError("nothing was raised")


def traceback_of_source(source: str) -> str:
    """The traceback of a module with this source, as importing it prints."""
    return traceback_of(lambda: exec(compile(source, "/srv/app/main.py", "exec"), {"__name__": "main"}))


def traceback_of_run(main: Callable[[], Coroutine[Any, Any, object]]) -> str:
    """The traceback of a coroutine that is run to its end."""
    return traceback_of(lambda: asyncio.run(main()))


def warning_of(function: Callable[[], object]) -> str:
    """The line that Python prints for a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    assert caught, "no warning was given"
    last = caught[-1]
    return warnings.formatwarning(last.message, last.category, "/srv/app/main.py", 3)


def response_to(app: FastAPI, method: str, url: str, **options: Any) -> str:
    """The line of uvicorn's log and the body that a client gets."""
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    response = client.request(method, url, **options)
    path = response.request.url.raw_path.decode()
    line = f'INFO:     127.0.0.1:5000 - "{method} {path} HTTP/1.1" {response.status_code} {response.reason_phrase}'
    return f"{line}\n{response.text}"


def traceback_of_request(app: FastAPI, method: str, url: str, **options: Any) -> str:
    """The traceback that the server logs for a request that crashes."""
    return traceback_of(lambda: TestClient(app).request(method, url, **options))


def explained(family: str, text: str, code: str = "", project: ProjectFacts | None = None) -> Diagnosis:
    """The diagnosis of `text`, once it is sure that this family speaks first."""
    diagnosis = diagnose(text, code, project)
    assert diagnosis.family == family, f"{diagnosis.family or 'nothing'} speaks for:\n{text[-1500:]}"
    return diagnosis


def log_of_server(app: Any, use: Callable[[int], object], **options: Any) -> str:
    """What uvicorn logs while `use` talks to it on a port of this machine."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter("%(levelname)s:     %(message)s"))
    logger = logging.getLogger("uvicorn")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel("INFO")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.01)
            use(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(10)
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagates
    return lines.getvalue()
