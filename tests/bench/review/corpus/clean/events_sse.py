"""Server-sent events done with care."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from redis.asyncio import Redis

log = logging.getLogger(__name__)


class Event(BaseModel):
    kind: str
    data: dict[str, Any]


class Bus:
    """Events in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def publish(self, topic: str, event: Event) -> int:
        return await self._redis.publish(topic, event.model_dump_json())

    async def listen(self, topic: str) -> AsyncIterator[str]:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(topic)
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
                yield json.dumps(message["data"]) if message else ": ping"


@asynccontextmanager
async def lifespan(app: FastAPI):
    redis = Redis.from_url("redis://localhost")
    app.state.bus = Bus(redis)
    beat = asyncio.create_task(heartbeat(app.state.bus))
    try:
        yield
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat
        await redis.aclose()


async def heartbeat(bus: Bus) -> None:
    while True:
        await bus.publish("beats", Event(kind="beat", data={}))
        await asyncio.sleep(10)


def get_bus(request: Request) -> Bus:
    return request.app.state.bus


BusDep = Annotated[Bus, Depends(get_bus)]
router = APIRouter(prefix="/v1/events", tags=["events"])


@router.post("/{topic}", status_code=202)
async def publish(topic: str, event: Event, bus: BusDep) -> dict[str, int]:
    """Publishes an event."""
    return {"receivers": await bus.publish(topic, event)}


@router.get("/{topic}", response_class=StreamingResponse)
async def subscribe(topic: str, request: Request, bus: BusDep, accept: Annotated[str, Header()] = "") -> StreamingResponse:
    """Events as they come."""
    if "text/event-stream" not in accept:
        raise HTTPException(406, "Ask for text/event-stream")

    async def stream() -> AsyncIterator[str]:
        async for line in bus.listen(topic):
            if await request.is_disconnected():
                log.info("gone")
                break
            yield f"data: {line}\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


app = FastAPI(title="Events", lifespan=lifespan)
app.include_router(router)
