"""A chat whose sockets are handled with care."""

import asyncio
import logging
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, WebSocket, WebSocketDisconnect, WebSocketException, status

log = logging.getLogger(__name__)
router = APIRouter()


class Hub:
    """Members by room."""

    def __init__(self) -> None:
        self._rooms: dict[str, set[WebSocket]] = {}
        self._lock = asyncio.Lock()

    async def join(self, room: str, socket: WebSocket) -> None:
        await socket.accept()
        async with self._lock:
            self._rooms.setdefault(room, set()).add(socket)

    async def leave(self, room: str, socket: WebSocket) -> None:
        async with self._lock:
            self._rooms.get(room, set()).discard(socket)

    async def send(self, room: str, text: str) -> None:
        results = await asyncio.gather(
            *(member.send_text(text) for member in self._rooms.get(room, ())), return_exceptions=True
        )
        log.debug("%d members reached", len(results))


def get_hub(websocket: WebSocket) -> Hub:
    return websocket.app.state.hub


async def user(name: Annotated[str, Query(min_length=2, max_length=30)]) -> str:
    if not name.isalnum():
        raise WebSocketException(status.WS_1008_POLICY_VIOLATION)
    return name


HubDep = Annotated[Hub, Depends(get_hub)]


@router.websocket("/rooms/{room}")
async def room(websocket: WebSocket, room: str, hub: HubDep, name: Annotated[str, Depends(user)]) -> None:
    await hub.join(room, websocket)
    try:
        while True:
            text = await websocket.receive_text()
            await hub.send(room, f"{name}: {text}")
    except WebSocketDisconnect:
        log.info("%s left %s", name, room)
    finally:
        await hub.leave(room, websocket)


@router.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@router.websocket("/once")
async def once(websocket: WebSocket) -> None:
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        question = await websocket.receive_json()
        await websocket.send_json({"answer": question})
        await websocket.close()


@router.websocket("/refuse")
async def refuse(websocket: WebSocket) -> None:
    await websocket.close(status.WS_1013_TRY_AGAIN_LATER)


@router.websocket("/ticks")
async def ticks(websocket: WebSocket, hub: HubDep) -> None:
    await websocket.accept()

    async def reader() -> None:
        async for _ in websocket.iter_bytes():
            pass

    async def writer() -> None:
        for number in range(100):
            await websocket.send_text(str(number))
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        group.create_task(reader())
        group.create_task(writer())


app = FastAPI(title="Hub")
app.state.hub = Hub()
app.include_router(router)
