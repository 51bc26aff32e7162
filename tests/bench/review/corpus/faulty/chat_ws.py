import asyncio
import json
import logging
from collections import defaultdict

from fastapi import APIRouter, FastAPI, Query, WebSocket, WebSocketDisconnect, status

log = logging.getLogger(__name__)
router = APIRouter()
history: list[dict] = []
rooms: dict[str, set[WebSocket]] = defaultdict(set)


class Hub:
    """Open connections by channel."""

    def __init__(self) -> None:
        self._members: dict[str, list[WebSocket]] = {}

    async def join(self, channel: str, socket: WebSocket) -> None:
        await socket.accept()
        self._members.setdefault(channel, []).append(socket)

    def leave(self, channel: str, socket: WebSocket) -> None:
        self._members[channel].remove(socket)

    async def say(self, channel: str, text: str) -> None:
        await asyncio.gather(*(member.send_text(text) for member in self._members.get(channel, [])))


hub = Hub()


@router.websocket("/ws/rooms/{room}")
async def room_socket(websocket: WebSocket, room: str):
    await websocket.accept()
    rooms[room].add(websocket)
    while True:
        text = await websocket.receive_text()  # expect: WSK201
        for member in rooms[room]:
            await member.send_text(text)


@router.websocket("/ws/channels/{channel}")
async def channel_socket(websocket: WebSocket, channel: str):
    await hub.join(channel, websocket)
    try:
        while True:
            await hub.say(channel, await websocket.receive_text())
    except WebSocketDisconnect:
        hub.leave(channel, websocket)


@router.websocket("/ws/feed")
async def feed(websocket: WebSocket, token: str = Query()):
    if len(token) < 20:
        await websocket.close(code=status.WS_1008_POLICY_VIOLATION)
        return
    await websocket.send_json({"type": "hello"})  # expect: WSK202
    await websocket.accept()
    async for message in websocket.iter_json():
        websocket.send_json({"echo": message})  # expect: ASY110


@router.post("/messages", status_code=202)
async def post_message(text: str, channel: str = "general") -> dict[str, str]:
    """Says something on a channel."""
    entry = {"text": text, "channel": channel}
    history.append(entry)  # expect: DIN512
    asyncio.create_task(hub.say(channel, text))  # expect: ASY111
    return {"queued": channel}


@router.get("/messages/export")
async def export() -> str:
    """The history as JSON."""
    return json.dumps(history)  # expect: RSP414


app = FastAPI(title="Chat")
app.include_router(router)
