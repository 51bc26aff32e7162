"""Rooms to talk in, with sockets that are not ready yet or already gone."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, WebSocket
from starlette.websockets import WebSocketState

app = FastAPI()
router = APIRouter(prefix="/rooms")


class Room:
    def __init__(self) -> None:
        self.sockets: list[WebSocket] = []

    async def enter(self, socket: WebSocket) -> None:
        self.sockets.append(socket)

    async def listen(self, socket: WebSocket) -> None:
        while True:
            words = await socket.receive_text()  # expect: WSK201
            await self.tell(words)

    async def tell(self, words: str) -> None:
        for socket in self.sockets:
            await socket.send_text(words)


lobby = Room()


def room() -> Room:
    return lobby


RoomDep = Annotated[Room, Depends(room)]


@router.websocket("/{name}")
async def talk(websocket: WebSocket, name: str, place: RoomDep) -> None:
    await place.enter(websocket)
    await websocket.send_json({"welcome": name})  # expect: WSK202
    await place.listen(websocket)


@router.websocket("/{name}/echo")
async def echo(socket: WebSocket, name: str, key: Annotated[str, Query()] = "") -> None:
    if key != name:
        await socket.send_text("wrong key")  # expect: WSK202
        await socket.close(1008)
        return
    await socket.accept()
    while socket.client_state == WebSocketState.CONNECTED:
        data = await socket.receive_bytes()  # expect: WSK201
        await socket.send_bytes(data)


@app.websocket("/ticks")
async def ticks(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        for _ in range(1000):
            order = await asyncio.wait_for(websocket.receive_json(), timeout=5)  # expect: WSK201
            await websocket.send_json({"done": order})
    except TimeoutError:
        await websocket.close()


@app.websocket("/first")
async def first(websocket: WebSocket) -> None:
    greeting = await websocket.receive_text()  # expect: WSK202
    await websocket.send_text(greeting)


app.include_router(router)
