"""Server-sent events, a broker and a lot of state."""

import asyncio
import contextlib
import json
import secrets
import threading
import traceback
from collections.abc import AsyncIterator
from concurrent import futures

import redis
import redis.asyncio as aioredis
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

router = APIRouter(prefix="/v1/feed", tags=["feed"])
counter = 0
last_seen: dict[str, str] = {}
broker = aioredis.from_url("redis://broker", decode_responses=True)
lookup = redis.StrictRedis.from_url("redis://broker", decode_responses=True)
executor = futures.ThreadPoolExecutor(2)


class Event(BaseModel):
    topic: str
    payload: dict[str, str]


async def stream(topic: str) -> AsyncIterator[str]:
    async with broker.pubsub() as pubsub:
        await pubsub.subscribe(topic)
        async for message in pubsub.listen():
            if message["type"] == "message":
                yield f"data: {message['data']}\n\n"


def audit(event: Event) -> None:
    with open("audit.log", "a") as log:
        log.write(event.model_dump_json() + "\n")


@router.get("/{topic}")
async def subscribe(topic: str) -> StreamingResponse:
    """Events of a topic as they come."""
    return StreamingResponse(stream(topic), media_type="text/event-stream")


@router.post("/publish", status_code=202)
async def publish(event: Event, tasks: BackgroundTasks) -> dict[str, int]:
    """Publishes an event."""
    global counter
    counter += 1  # expect: DIN512
    broker.publish(event.topic, event.model_dump_json())  # expect: ASY110
    tasks.add_task(audit(event))  # expect: BGT902
    last_seen[event.topic] = event.model_dump_json()  # expect: DIN512
    return {"number": counter}


@router.post("/replay", status_code=202)
async def replay(event: Event) -> dict[str, str]:
    """Publishes an event again, some time."""
    loop = asyncio.get_running_loop()
    loop.create_task(broker.publish(event.topic, "again"))  # expect: ASY111
    threading.Timer(5, audit, [event]).start()  # expect: BGT901
    return {"topic": event.topic}


@router.get("/{topic}/last")
async def last(topic: str) -> dict[str, str]:
    """The last event."""
    if not lookup.exists(topic):  # expect: ASY105
        raise HTTPException(404, "Nothing yet")
    return json.loads(lookup.get(topic))  # expect: ASY105


@router.get("/{topic}/as-text")
async def as_text(topic: str):
    """The last event as it is."""
    event = Event(topic=topic, payload={"nonce": secrets.token_hex(4)})
    return event.model_dump_json()  # expect: RSP414


@router.delete("/{topic}", status_code=204)
async def clear(topic: str, request: Request) -> None:
    """Forgets a topic."""
    with contextlib.suppress(Exception):  # expect: ERR301
        await broker.delete(topic)


app = FastAPI(title="Feed")
app.include_router(router)


@app.exception_handler(Exception)
async def on_error(request: Request, exc: Exception) -> JSONResponse:
    return JSONResponse({"trace": traceback.format_exc()}, status_code=500)  # expect: SEC617


@app.exception_handler(LookupError)
def on_lookup(request: Request, exc: LookupError):
    return f"not found: {request.url.path}", 404  # expect: ERR304
