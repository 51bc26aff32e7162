"""Notifications: the answer must not wait for the mail server."""

import asyncio
import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, UploadFile
from pydantic import BaseModel, EmailStr
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/notify")
make_session = async_sessionmaker(engine, expire_on_commit=False)
pool = ThreadPoolExecutor(max_workers=4)
router = APIRouter(prefix="/v1/notifications", tags=["notifications"])


class Notification(BaseModel):
    to: EmailStr
    subject: str
    body: str


async def get_session():
    async with make_session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


def send_mail(notification: Notification) -> None:
    message = EmailMessage()
    message["To"] = notification.to
    message["Subject"] = notification.subject
    message.set_content(notification.body)
    with smtplib.SMTP("localhost", timeout=10) as server:
        server.send_message(message)


async def record(session: AsyncSession, notification: Notification) -> None:
    session.add(notification)
    await session.commit()


async def digest_upload(upload: UploadFile) -> None:
    while chunk := await upload.read(65536):
        await asyncio.sleep(0)
        del chunk


@router.post("/now", status_code=202)
def send_now(notification: Notification, tasks: BackgroundTasks) -> dict[str, str]:
    """Sends a mail after the answer."""
    tasks.add_task(send_mail(notification))  # expect: BGT902
    return {"status": "accepted"}


@router.post("/thread", status_code=202)
def send_in_thread(notification: Notification) -> dict[str, str]:
    """Sends a mail."""
    threading.Thread(target=send_mail, args=(notification,), daemon=True).start()  # expect: BGT901
    return {"status": "accepted"}


@router.post("/pool", status_code=202)
async def send_in_pool(notification: Notification) -> dict[str, str]:
    """Sends a mail."""
    pool.submit(send_mail, notification)  # expect: BGT901
    return {"status": "accepted"}


@router.post("/recorded", status_code=202)
async def send_recorded(notification: Notification, session: SessionDep, background: BackgroundTasks) -> dict[str, str]:
    """Sends a mail and keeps a record."""
    background.add_task(send_mail, notification)
    background.add_task(record, session, notification)  # expect: BGT903
    return {"status": "accepted"}


@router.post("/manual", status_code=202)
async def send_manually(notification: Notification) -> dict[str, str]:
    """Sends a mail."""
    tasks = BackgroundTasks()  # expect: BGT905
    tasks.add_task(send_mail, notification)
    return {"status": "accepted"}


@router.post("/attachments", status_code=202)
async def attach(upload: UploadFile, background: BackgroundTasks) -> dict[str, str]:
    """Reads an attachment later."""
    background.add_task(digest_upload, upload)  # expect: BGT903
    return {"status": "accepted"}


@router.post("/fire", status_code=202)
async def fire(notification: Notification) -> dict[str, str]:
    """Sends a mail off the loop."""
    asyncio.ensure_future(asyncio.to_thread(send_mail, notification))  # expect: ASY111
    return {"status": "accepted"}


app = FastAPI(title="Notify")
app.include_router(router)
