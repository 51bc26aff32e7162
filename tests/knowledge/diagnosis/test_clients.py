"""Outgoing calls that fail with the real httpx, each with the explanation it must get."""

import asyncio
import socket
import threading
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from knowledge.diagnosis.provoke import (
    explained,
    traceback_of,
    traceback_of_run,
    traceback_of_source,
    warning_of,
)


@pytest.fixture
def silent_port():
    """A port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        yield listener.getsockname()[1]


@pytest.fixture
def rude_port():
    """A port that closes every connection without an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def close() -> None:
            connection, _ = listener.accept()
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=close)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_service_that_is_not_there_is_explained():
    url = f"http://127.0.0.1:{free_port()}"

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(url)

    explained("service-not-reachable", traceback_of_run(main))
    explained("service-not-reachable", traceback_of(lambda: httpx.get(url)))


def test_timeouts_are_explained(silent_port):
    url = f"http://127.0.0.1:{silent_port}"

    async def read() -> None:
        async with httpx.AsyncClient(timeout=0.05) as client:
            await client.get(url)

    async def pool() -> None:
        limits, timeout = httpx.Limits(max_connections=1), httpx.Timeout(0.3, pool=0.05)
        async with httpx.AsyncClient(limits=limits, timeout=timeout) as client:
            await asyncio.gather(client.get(url), client.get(url))

    explained("service-too-slow", traceback_of_run(read))
    diagnosis = explained("service-too-slow", traceback_of_run(pool))
    assert "All connections of the client are in use" in diagnosis.causes[0].says


def test_a_closed_client_is_explained():
    def twice() -> None:
        client = httpx.Client()
        with client:
            pass
        with client:
            pass

    def after() -> None:
        client = httpx.Client()
        client.close()
        client.get("http://test")

    explained("client-already-closed", traceback_of(twice))
    explained("client-already-closed", traceback_of(after))


def test_an_error_status_is_explained():
    answer = httpx.Response(404, request=httpx.Request("GET", "http://users/5"))
    diagnosis = explained("service-answered-with-error", traceback_of(answer.raise_for_status))
    assert "404 Not Found" in diagnosis.what


def test_an_answer_that_is_not_json_is_explained():
    explained("service-answered-nonsense", traceback_of(httpx.Response(502, text="<html>").json))


def test_a_connection_that_breaks_is_explained(rude_port):
    explained("connection-broken", traceback_of(lambda: httpx.get(f"http://127.0.0.1:{rude_port}")))


def test_arguments_that_are_gone_are_explained():
    diagnosis = explained("client-argument-removed", traceback_of(lambda: httpx.AsyncClient(app=FastAPI())))
    assert "transport" in diagnosis.causes[0].says
    explained("client-argument-removed", traceback_of(lambda: httpx.Client(proxies={})))
    explained(
        "client-argument-removed", traceback_of(lambda: TestClient(FastAPI()).get("/", allow_redirects=False))
    )


def test_calls_that_are_not_possible_are_explained():
    explained("client-used-wrongly", traceback_of(lambda: httpx.get("/items")))
    explained("client-used-wrongly", traceback_of(lambda: TestClient(FastAPI()).post("/items", data="text")))

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            await client.post("http://test", content=iter([b"x"]))

    explained("client-used-wrongly", traceback_of_run(main))


@pytest.mark.parametrize("hidden", [("httpx2",), ("httpx2", "httpx")])
def test_a_test_client_without_its_library_is_explained(hidden):
    import starlette.testclient as module

    source = Path(module.__file__).read_text()
    with patch.dict("sys.modules", dict.fromkeys(hidden)):
        if "httpx" in hidden:
            explained("test-client-needs-httpx", traceback_of_source(source))
        else:
            code = compile(source, module.__file__, "exec")
            explained("test-client-needs-httpx", warning_of(lambda: exec(code, {"__name__": "testclient"})))
