"""Rooms that are left politely."""

import asyncio
import contextlib
from typing import Annotated

from fastapi import Depends, FastAPI, Query, WebSocket, WebSocketDisconnect, WebSocketException, status

from rooms.registry import registry

app = FastAPI()


class Room:
    def __init__(self) -> None:
        self.sockets: set[WebSocket] = set()

    async def enter(self, socket: WebSocket) -> None:
        await socket.accept(subprotocol="chat")
        self.sockets.add(socket)

    async def listen(self, socket: WebSocket) -> None:
        while True:
            print(await socket.receive_text())  # ok: whoever calls it expects the end


lobby = Room()


async def ready(websocket: WebSocket, token: Annotated[str, Query()]) -> WebSocket:
    if not token:
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION)
    await websocket.accept()
    return websocket


@app.websocket("/v1/talk")
async def talk(websocket: WebSocket) -> None:
    await lobby.enter(websocket)
    await websocket.send_text("hello")  # ok: accepted by the room
    try:
        await lobby.listen(websocket)
    except WebSocketDisconnect:
        lobby.sockets.discard(websocket)


@app.websocket("/v1/ready")
async def with_dependency(socket: Annotated[WebSocket, Depends(ready)]) -> None:
    await socket.send_json({"ready": True})  # ok: accepted by the dependency
    async for line in socket.iter_text():  # ok: ends by itself
        await socket.send_text(line)


@app.websocket("/v1/elsewhere")
async def elsewhere(websocket: WebSocket) -> None:
    await registry.connect(websocket)
    await websocket.send_text("hello")  # ok: what `connect` does is not in sight


@app.websocket("/v1/refused")
async def refused(websocket: WebSocket, key: str = "") -> None:
    if not key:
        await websocket.close(code=4401)  # ok: turns the client away
        return
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())


@app.websocket("/v1/raw")
async def raw(websocket: WebSocket) -> None:
    await websocket.accept()
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        print(message)


@app.websocket("/v1/both")
async def both(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await asyncio.wait_for(websocket.receive_json(), timeout=10)
    except Exception:
        print("gone, or silent for too long")
