"""Routes."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request, WebSocket
from sqlmodel.ext.asyncio.session import AsyncSession

from tram.auth import DriverDep
from tram.store import Stop, cached, get_session, stops

router = APIRouter(prefix="/v1/stops")
internal = APIRouter(prefix="/internal")
departures: list[str] = []
Session = Annotated[AsyncSession, Depends(get_session)]


@router.get("")
async def read_stops(session: Session):
    """Stops."""
    return await stops(session)  # expect: RSP404, RSP415


@router.get("/{stop_id}")
async def read_stop(stop_id: int, session: Session) -> dict[str, str]:
    """A stop."""
    stop = await session.get(Stop, stop_id)
    if not stop:
        raise HTTPException(status_code=404)
    return {"name": stop.name, "cached": cached(stop.name) or ""}  # expect: ASY106


@router.post("/{stop_id}/departures", status_code=201)
async def depart(stop_id: int, who: DriverDep) -> int:
    """Notes a departure."""
    departures.append(f"{stop_id} {who.name}")  # expect: DIN512
    return len(departures)


@router.post("/{stop_id}/closed", status_code=202)
async def closed(stop_id: int, request: Request, tasks: BackgroundTasks, session: Session, who: DriverDep) -> bool:
    """Closes a stop."""
    tasks.add_task(note, request)  # expect: BGT903
    await asyncio.gather(session.get(Stop, stop_id), session.get(Stop, stop_id + 1))  # expect: DBS206
    return True


async def note(request: Request) -> None:
    print(request.url.path)


@router.delete("/{stop_id}", status_code=204)
async def remove(stop_id: int, session: Session, who: DriverDep) -> dict[str, bool]:  # expect: RSP407
    """Removes a stop."""
    stop = await session.get(Stop, stop_id)
    session.delete(stop)  # expect: ASY110
    await session.commit()
    return {"ok": True}


@internal.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())  # expect: WSK201
