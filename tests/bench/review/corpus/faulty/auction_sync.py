import pickle
import random
import smtplib
import sqlite3
import subprocess
from contextlib import closing
from typing import List, Optional

import redis
import requests
from fastapi import BackgroundTasks, Depends, FastAPI, File, HTTPException, Query, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, validator
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI(debug=True)  # expect: SEC614
app.add_middleware(SessionMiddleware, secret_key="auction-session-7731")  # expect: SEC601, SEC613
r = redis.Redis(host="localhost", port=6379)


class Bid(BaseModel):
    lot: int
    amount: float
    bidder: Optional[str] = None

    @validator("amount")  # expect: UPG606
    def positive(cls, v):
        assert v > 0
        return v

    class Config:  # expect: UPG607
        orm_mode = True


def db():
    conn = sqlite3.connect("auction.db", check_same_thread=False)
    yield conn  # expect: DIN506
    conn.close()


def notify(bid: Bid):
    with smtplib.SMTP("localhost", timeout=5) as s:
        s.sendmail("a@example.org", ["b@example.org"], f"Bid {bid.amount}")


def convert(rate_from: str) -> float:
    return requests.get(f"https://rates.example/{rate_from}").json()["rate"]  # expect: OUT101


@app.post("/v1/bids")
async def place_bid(bid: Bid, conn: sqlite3.Connection = Depends(db)):
    """Places a bid."""
    rate = convert("USD")  # expect: ASY106
    conn.execute("INSERT INTO bids VALUES (?, ?)", (bid.lot, bid.amount * rate))  # expect: ASY105
    conn.commit()  # expect: ASY105
    tasks = BackgroundTasks()  # expect: BGT905
    tasks.add_task(notify, bid)
    r.set(f"lot:{bid.lot}", bid.amount)  # expect: ASY105
    return bid.dict()  # expect: UPG605


@app.get("/v1/bids")
def bids(lots: List[int], conn: sqlite3.Connection = Depends(db)):  # expect: RTE214
    """Bids of some lots."""
    marks = ",".join("?" * len(lots))
    return conn.execute(f"SELECT * FROM bids WHERE lot IN ({marks}) LIMIT 100", lots).fetchall()


@app.get("/v1/bids/{lot}")
def bids_of(lot: int, order: str = "amount", conn: sqlite3.Connection = Depends(db)):
    """Bids of a lot."""
    with closing(conn.cursor()) as cur:
        cur.execute(f"SELECT * FROM bids WHERE lot = {lot} ORDER BY {order} LIMIT 50")  # expect: SEC602
        return cur.fetchall()


@app.get("/v1/lots/{lot}/photo")
def photo(lot: int, name: str):
    """A photo of a lot."""
    return FileResponse("photos/" + name)  # expect: SEC606


@app.post("/v1/lots/{lot}/photo")
async def upload(lot: int, photo: UploadFile = File(...)):
    """Adds a photo."""
    with open(f"photos/{photo.filename}", "wb") as out:  # expect: SEC606, ASY103
        out.write(await photo.read())  # expect: SEC619
    subprocess.call(f"optipng photos/{photo.filename}", shell=True)  # expect: SEC603, ASY104
    return {"ok": True}


@app.get("/v1/lots/{lot}/page", response_class=HTMLResponse)
def page(lot: int, q: str = ""):
    """A page."""
    return f"<html><body>Results for {q}</body></html>"  # expect: SEC608


@app.get("/v1/voucher")
def voucher():
    """A voucher code."""
    reset_code = "".join([str(random.randint(0, 9)) for _ in range(6)])  # expect: SEC611
    return {"code": reset_code}


@app.get("/v1/leave")
def leave(request: Request, to: str):
    """Leaves."""
    request.session.clear()
    return RedirectResponse(to)  # expect: SEC607


@app.post("/v1/state")
async def state(request: Request):
    """Restores a state."""
    data = pickle.loads(await request.body())  # expect: SEC604
    if not data:
        return HTTPException(400, "empty")  # expect: RSP408
    return {"size": len(data)}


@app.exception_handler(ZeroDivisionError)
def zero(request: Request, exc):
    return {"detail": "division"}  # expect: ERR304


@app.middleware("http")
async def guard(request: Request, call_next):
    if "evil" in request.headers.get("user-agent", ""):
        raise HTTPException(403)  # expect: MID804
    response = await call_next(request)
    return response
