"""WebSocket connections that fail on the real framework, each with the explanation it must get."""

import asyncio
from typing import Annotated

import pytest
import websockets
from fastapi import FastAPI, Query, WebSocket
from fastapi.testclient import TestClient
from knowledge.diagnosis.provoke import explained, log_of_server, traceback_of


def connect(app: FastAPI, path: str = "/ws") -> str:
    """The traceback of a session of the test client."""

    def use() -> None:
        with TestClient(app).websocket_connect(path) as session:
            session.send_text("hello")
            session.receive_text()

    return traceback_of(use)


def test_a_refused_handshake_is_explained():
    tracebacks: list[str] = []

    def ask(port: int) -> None:
        async def main() -> None:
            async with websockets.connect(f"ws://127.0.0.1:{port}/nowhere"):
                pass

        tracebacks.append(traceback_of(lambda: asyncio.run(main())))

    app = FastAPI()

    @app.websocket("/chat/nowhere")
    async def chat(socket: WebSocket) -> None: ...

    code = '@app.websocket("/chat/nowhere")\nasync def chat(socket: WebSocket): await socket.accept()\n'
    log = log_of_server(app, ask)
    diagnosis = explained("websocket-refused", log, code)
    assert "prefix" in diagnosis.causes[0].says
    explained("websocket-refused", tracebacks[0])


@pytest.mark.parametrize(
    "text",
    [
        # a browser's console: no browser runs here
        (
            "WebSocket connection to 'ws://localhost:8000/ws' failed: Error during WebSocket handshake: "
            "Unexpected response code: 403"
        ),
    ],
)
def test_what_a_browser_says_of_a_refused_handshake_is_explained(text):
    explained("websocket-refused", text)


def test_a_missing_parameter_is_explained():
    app = FastAPI()

    @app.websocket("/ws")
    async def serve(socket: WebSocket, token: Annotated[str, Query()]) -> None: ...

    def ask(port: int) -> None:
        async def main() -> None:
            async with websockets.connect(f"ws://127.0.0.1:{port}/ws"):
                pass

        traceback_of(lambda: asyncio.run(main()))

    explained("websocket-refused", log_of_server(app, ask))


def test_a_socket_that_is_never_accepted_is_explained():
    app = FastAPI()

    @app.websocket("/ws")
    async def serve(socket: WebSocket) -> None:
        await socket.receive_text()

    code = '@app.websocket("/ws")\nasync def serve(socket: WebSocket):\n    await socket.receive_text()\n'
    diagnosis = explained("websocket-not-accepted", connect(app), code)
    assert diagnosis.causes[0].evidence[0].line == 2


def test_a_socket_that_is_used_after_its_end_is_explained():
    app = FastAPI()

    @app.websocket("/ws")
    async def serve(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()
        await socket.send_text("too late")

    diagnosis = explained("websocket-not-accepted", connect(app))
    assert "gone" in diagnosis.causes[0].says


def test_a_disconnect_that_is_not_caught_is_explained():
    app = FastAPI()

    @app.websocket("/ws")
    async def serve(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(1001)

    explained("websocket-disconnect", connect(app))


def test_a_server_without_websocket_library_is_explained():
    app = FastAPI()

    def ask(port: int) -> None:
        async def main() -> None:
            async with websockets.connect(f"ws://127.0.0.1:{port}/ws"):
                pass

        traceback_of(lambda: asyncio.run(main()))

    log = log_of_server(app, ask, ws="none")
    if "Unsupported upgrade request" in log:
        explained("websocket-library-missing", log)
    # with ws="none" the server stays silent; this is what it logs where no library is installed
    explained(
        "websocket-library-missing",
        "WARNING:  No supported WebSocket library detected. Please use \"pip install 'uvicorn[standard]'\", "
        "or install 'websockets' or 'wsproto' manually.",
    )
