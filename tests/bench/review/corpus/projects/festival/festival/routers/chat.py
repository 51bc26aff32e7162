"""Talk at the festival."""

from fastapi import APIRouter, WebSocket

from festival.sockets import hub

router = APIRouter()


@router.websocket("/chat")
async def chat(websocket: WebSocket):
    await hub.welcome(websocket)
    await websocket.send_text("hi")  # ok: accepted by the hub
    await hub.follow(websocket)


@router.websocket("/shout")
async def shout(websocket: WebSocket):
    hub.count(websocket)
    await websocket.send_text("hi")  # expect: WSK202
