"""Telemetry over websockets with a connection registry and ticket check."""

import asyncio
import contextlib
import json
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Response, WebSocket
from fastapi.websockets import WebSocketDisconnect, WebSocketState
from pydantic import BaseModel, ValidationError

log = logging.getLogger("telemetry")
router = APIRouter()
vehicles = {}


class Sample(BaseModel):
    vehicle: str
    speed: float


class Registry:
    """Dashboards that are looking."""

    def __init__(self) -> None:
        self.sockets: set[WebSocket] = set()

    async def add(self, socket: WebSocket) -> None:
        await socket.accept()
        self.sockets.add(socket)

    async def broadcast(self, sample: Sample) -> None:
        for socket in list(self.sockets):
            if socket.client_state is WebSocketState.CONNECTED:
                await socket.send_text(sample.model_dump_json())


registry = Registry()


def ticket(password: Annotated[str, Query()]) -> str:  # expect: SEC615
    if len(password) != 12:
        raise HTTPException(403, "Bad ticket")
    return password


@router.websocket("/telemetry")
async def ingest(ws: WebSocket, _: Annotated[str, Depends(ticket)]):
    await ws.accept()
    while ws.client_state == WebSocketState.CONNECTED:
        raw = await ws.receive_json()  # expect: WSK201
        try:
            sample = Sample(**raw)
        except ValidationError:
            await ws.send_json({"error": "bad sample"})
            continue
        vehicles[sample.vehicle] = sample  # expect: DIN512
        await registry.broadcast(sample)


@router.websocket("/dashboard")
async def dashboard(ws: WebSocket):
    await registry.add(ws)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await ws.receive_text()


@router.websocket("/control/{vehicle}")
async def control(websocket: WebSocket, vehicle: str):
    command = await websocket.receive_text()  # expect: WSK202
    await websocket.accept()
    log.info("command %s for %s", command, vehicle)
    await websocket.close()


@router.websocket("/guarded")
async def guarded(websocket: WebSocket):
    await websocket.accept()
    try:
        async for text in websocket.iter_text():
            await registry.broadcast(Sample(**json.loads(text)))
    except ValidationError:
        await websocket.close(code=1003)


@router.get("/v1/vehicles/{vehicle}")
async def vehicle(vehicle: str, access_token: str, response: Response):  # expect: SEC615
    """Where a vehicle is."""
    if vehicle not in vehicles:
        response.status_code = 404
        return HTTPException(404)  # expect: RSP408
    return vehicles[vehicle]


@router.get("/v1/vehicles")
async def all_vehicles() -> list[str]:
    """Names of the vehicles."""
    pending = asyncio.sleep(0)
    log.debug("pending %s", pending)
    return sorted(vehicles)[:100]


app = FastAPI(title="Telemetry")
app.include_router(router)
