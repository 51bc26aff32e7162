"""A radio's sockets."""

import asyncio
import json

from fastapi import Depends, FastAPI, Query, WebSocket, WebSocketDisconnect, WebSocketException, status

app = FastAPI()


class Room:
    """Those who listen."""

    def __init__(self) -> None:
        self.listeners: set[WebSocket] = set()

    async def join(self, socket: WebSocket) -> None:
        await socket.accept()
        self.listeners.add(socket)

    async def tell(self, text: str) -> None:
        for socket in list(self.listeners):
            await socket.send_text(text)


room = Room()


async def listener(token: str = Query()) -> str:
    if not token.startswith("r-"):
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION)
    return token


@app.websocket("/listen")
async def listen(socket: WebSocket, who: str = Depends(listener)) -> None:
    await room.join(socket)
    try:
        while True:
            await room.tell(await socket.receive_text())
    except WebSocketDisconnect:
        room.listeners.discard(socket)


@app.websocket("/studio")
async def studio(socket: WebSocket) -> None:
    await socket.send_json({"hello": "studio"})  # expect: WSK202
    await socket.accept()
    while True:
        message = await socket.receive_json()  # expect: WSK201
        await room.tell(json.dumps(message))


@app.websocket("/clock")
async def clock(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text.upper())


@app.websocket("/news")
async def news(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        try:
            text = await asyncio.wait_for(socket.receive_text(), timeout=30)
        except (asyncio.TimeoutError, WebSocketDisconnect):
            break
        await socket.send_text(text)
