"""Courier tracking: background work, tasks and locks."""

import asyncio
import smtplib
import threading
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from parcels import Parcel

engine = create_async_engine("postgresql+asyncpg://app@db/courier")
make_session = async_sessionmaker(engine, expire_on_commit=False)
positions: dict[str, tuple[float, float]] = {}


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.http = httpx.AsyncClient(base_url="https://maps.example", timeout=5)
    yield
    await app.state.http.aclose()


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def warm() -> None:  # expect: UPG602
    await engine.connect()


async def session():
    async with make_session() as made:
        yield made


def mail(to: str, body: str) -> None:
    with smtplib.SMTP("mail", timeout=10) as server:
        server.sendmail("courier@example.org", [to], body)


async def archive(db: AsyncSession, number: str) -> None:
    await db.execute(text("UPDATE parcels SET archived = true WHERE number = :n"), {"n": number})


@app.post("/v1/parcels/{number}/delivered", status_code=202)
async def delivered(number: str, tasks: BackgroundTasks, db: AsyncSession = Depends(session)) -> dict[str, str]:
    """Marks a parcel."""
    parcel = await db.scalar(select(Parcel).where(Parcel.number == number))
    if parcel is None:
        raise HTTPException(404)
    tasks.add_task(mail(parcel.email, "delivered"))  # expect: BGT902
    tasks.add_task(archive, db, number)  # expect: BGT903
    tasks.add_task(partial(mail, parcel.email, body="rate us"))
    return {"number": number}


@app.post("/v1/parcels/{number}/position")
async def position(number: str, lat: float, lon: float) -> dict[str, int]:
    """Notes a position."""
    positions[number] = (lat, lon)  # expect: DIN512
    asyncio.create_task(publish(number))  # expect: ASY111
    return {"known": len(positions)}


async def publish(number: str) -> None:
    async with httpx.AsyncClient() as client:
        await client.post("https://hub.example/events", json={"number": number})


@app.post("/v1/parcels/{number}/label")
async def label(number: str, label: UploadFile) -> JSONResponse:
    """Stores a label."""
    data = label.read()  # expect: ASY110, SEC619
    tasks = BackgroundTasks()  # expect: BGT905
    tasks.add_task(print, number)
    return JSONResponse({"size": len(data)})


@app.get("/v1/parcels/compare")
async def compare(first: str, second: str, db: AsyncSession = Depends(session)) -> list[str]:
    """Compares two parcels."""
    rows = await asyncio.gather(  # expect: DBS206
        db.scalar(select(Parcel.city).where(Parcel.number == first)),
        db.scalar(select(Parcel.city).where(Parcel.number == second)),
    )
    return [str(row) for row in rows]


@app.post("/v1/reports", status_code=202)
def report(request: Request) -> dict[str, bool]:
    """Starts a report."""
    worker = threading.Thread(target=mail, args=("boss@example.org", str(request.url)), daemon=True)  # expect: BGT901
    worker.start()
    return {"started": True}


@app.get("/v1/route")
async def route(request: Request, start: str, end: str) -> dict[str, float]:
    """A route."""
    answer = request.app.state.http.get("/route", params={"from": start, "to": end})  # expect: ASY110
    return {"km": answer.json()["km"]}
