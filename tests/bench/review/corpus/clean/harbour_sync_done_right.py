"""A harbour that is plain and synchronous, with old defaults, which is fine."""

import os
import threading
from collections.abc import Generator
from functools import lru_cache
from typing import Any, Optional

import requests
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Query, Request, WebSocket, WebSocketDisconnect
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from harbour.tables import Berth

http = requests.Session()
lock = threading.Lock()


@lru_cache(maxsize=1)
def engine() -> Any:
    return create_engine(os.environ.get("HARBOUR_DB", "sqlite://"))


@lru_cache(maxsize=1)
def factory() -> sessionmaker[Session]:
    return sessionmaker(bind=engine())


def get_db() -> Generator[Session, None, None]:
    with factory()() as session:
        yield session


class BerthOut(BaseModel):
    """A berth."""

    number: int = Field(description="Number")
    ship: Optional[str] = Field(None, description="Ship")


class Ledger:
    """Counts; a value of this module's own, not a collaborator."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, amount: int) -> int:
        with lock:
            self.total += amount
            return self.total


ledger = Ledger()
app = FastAPI(title="Harbour", docs_url=None)


@app.get("/v1/berths", tags=["berths"])
def berths(db: Session = Depends(get_db), skip: int = Query(0, ge=0), take: int = Query(20, le=100)) -> list[BerthOut]:
    """Berths."""
    rows = db.query(Berth).offset(skip).limit(take).all()
    return [BerthOut(number=row.number, ship=row.ship) for row in rows]


@app.put("/v1/berths/{number}", tags=["berths"])
def moor(number: int, ship: str = Body(..., embed=True), db: Session = Depends(get_db)) -> BerthOut:
    """Moors a ship."""
    berth = db.get(Berth, number)
    if berth is None:
        raise HTTPException(status_code=404, detail="no such berth")
    berth.ship = ship
    db.commit()
    ledger.add(1)
    return BerthOut(number=number, ship=ship)


@app.get("/v1/weather", tags=["weather"])
def weather(place: str = Query(max_length=30)) -> dict[str, Any]:
    """The weather."""
    answer = http.get("https://weather.example/now", params={"q": place}, timeout=(2, 5))
    answer.raise_for_status()
    return answer.json()


@app.post("/v1/signals", status_code=202, tags=["signals"])
async def signal(request: Request, x_signature: str = Header()) -> dict[str, int]:
    """A signed signal."""
    import hashlib
    import hmac

    raw = await request.body()
    digest = hmac.new(os.environ["SIGNAL_KEY"].encode(), raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, x_signature):
        raise HTTPException(403)
    return {"size": len(raw)}


@app.websocket("/v1/radio")
async def radio(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text((await socket.receive_text()).upper())
    except WebSocketDisconnect:
        return


def test_radio() -> None:
    with TestClient(app) as client, client.websocket_connect("/v1/radio") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "HELLO"
