"""Chat service that forgets to wait."""

import asyncio
from asyncio import TaskGroup, get_event_loop

import httpx
from fastapi import APIRouter, BackgroundTasks, FastAPI, Request, UploadFile, WebSocket
from pydantic import BaseModel
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
Sessions = async_sessionmaker(create_async_engine("postgresql+asyncpg://db/chat"))
redis = Redis(host="cache")


class Message(BaseModel):
    text: str
    size: int = 0


class Store:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def save(self, message: Message) -> Message:
        self.session.add(message)
        self.session.flush()  # expect: ASY110
        await self.session.commit()
        return message

    @staticmethod
    async def count() -> int:
        return 3


@router.post("/messages")
async def post_message(message: Message) -> Message:
    async with Sessions() as session:  # expect: DIN504
        store = Store(session)
        saved = store.save(message)  # expect: ASY110
        message.size = len(saved.text)
        redis.publish("chat", message.text)  # expect: ASY110
    return message


@router.post("/messages/import")
async def import_messages(request: Request, file: UploadFile) -> dict[str, int]:
    body = await request.json()
    await file.seek(0)
    total = Store.count() + 1  # expect: ASY110
    if Store.count():  # expect: ASY110
        total += len(body)
    return {"total": total, "stored": Store.count()}  # expect: ASY110


@router.get("/preview")
async def preview(url: str) -> str:
    async with httpx.AsyncClient() as client:
        answer = client.get(url)  # expect: ASY110, SEC605
        return answer.text


@router.websocket("/ws")
async def talk(websocket: WebSocket) -> None:
    websocket.accept()  # expect: ASY110
    while True:
        text = await websocket.receive_text()  # expect: WSK201
        pending = asyncio.create_task(websocket.send_text(text))  # expect: ASY111
        get_event_loop().create_task(Store.count())  # expect: ASY111


@router.post("/broadcast")
async def broadcast(message: Message, background: BackgroundTasks) -> Message:
    background.add_task(redis.publish, "chat", message.text)  # ok: the function, not a call
    waiting = [Store.count(), Store.count()]  # ok: gathered
    await asyncio.gather(*waiting)
    async with TaskGroup() as group:
        group.create_task(Store.count())  # ok: the group holds it
    asyncio.run(Store.count())  # expect: ASY112
    return message


def sync_count() -> int:
    return asyncio.run(Store.count())  # ok: a plain function, in a thread


@router.get("/count")
def count() -> int:
    return sync_count()


app = FastAPI()
app.include_router(router)
