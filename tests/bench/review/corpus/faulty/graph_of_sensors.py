# Sensor hub, written by an agent in one go.
from __future__ import annotations

import os
import pickle
import random
import sqlite3
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional, Union

import jwt as pyjwt
import uvicorn
from fastapi import Depends, FastAPI, File, HTTPException, Query, Request, Response, UploadFile, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, Field

DB_PATH = os.getenv("SENSOR_DB", "sensors.db")
JWT_SECRET = os.environ.get("JWT_SECRET", "super-secret-key-do-not-share")  # expect: SEC601
app = FastAPI(title="Sensor hub", debug=os.getenv("DEBUG") == "1")
app.debug = True  # expect: SEC614
app.add_middleware(  # expect: MID801
    CORSMiddleware,
    allow_origins=["*"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)
oauth2 = OAuth2PasswordBearer(tokenUrl="/token")


class Reading(BaseModel):
    sensor: str
    value: float
    comment: Optional[str] = None


class Sensor(BaseModel):
    id: str = Field(default_factory=lambda: str(uuid.uuid4()))
    place: str


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(DB_PATH)
    connection.row_factory = sqlite3.Row
    return connection


def create_token(user: str, hours: int = 8) -> str:
    return pyjwt.encode({"sub": user, "exp": datetime.utcnow() + timedelta(hours=hours)}, JWT_SECRET)


def current_user(token: str = Depends(oauth2)) -> str:
    try:
        return pyjwt.decode(token, JWT_SECRET, algorithms=["HS256", "none"])["sub"]  # expect: AUT702
    except pyjwt.PyJWTError as e:
        raise HTTPException(status_code=401, detail=f"Invalid token: {e}")  # expect: SEC617


@app.get("/api/v1/readings")
async def readings(sensor: str, limit: int = Query(100, ge=1), user: str = Depends(current_user)) -> list[Reading]:  # expect: VAL304
    """Readings of a sensor."""
    db = database()  # expect: ASY106
    rows = db.execute(f"SELECT * FROM readings WHERE sensor = '{sensor}' LIMIT {limit}").fetchall()  # expect: SEC602, ASY105
    return [Reading(**dict(row)) for row in rows]


@app.post("/api/v1/readings")
async def add(reading: Reading, user: str = Depends(current_user)):
    """Adds a reading."""
    with database() as db:  # expect: ASY106
        db.execute("INSERT INTO readings VALUES (?, ?)", (reading.sensor, reading.value))  # expect: ASY105
    return {"message": "created"}, 201  # expect: RSP409


@app.post("/api/v1/pair")
def pair(sensor: Sensor, user: str = Depends(current_user)) -> dict[str, str]:
    """Starts pairing."""
    pairing_token = str(random.randint(100000, 999999))  # expect: SEC611
    print(f"pairing {sensor.place}: token={pairing_token}")  # expect: SEC616
    return {"token": pairing_token}


@app.post("/api/v1/firmware")
async def firmware(file: UploadFile = File(...), user: str = Depends(current_user)) -> dict[str, int]:
    """Stores firmware."""
    data = await file.read()  # expect: SEC619
    path = os.path.join("firmware", file.filename)
    with open(path, "wb") as f:  # expect: ASY103, SEC606
        f.write(data)
    return {"size": len(data)}


@app.post("/api/v1/calibrate")
async def calibrate(request: Request):
    """Takes a calibration model."""
    model = pickle.loads(await request.body())  # expect: SEC604
    return {"points": len(model)}


@app.get("/api/v1/open")
def open_page(target: str, response: Response):
    """Sends the browser on."""
    response.set_cookie(key="last", value=target)  # expect: SEC613, RSP411
    return RedirectResponse(url=target, status_code=302)  # expect: SEC607


@app.get("/view/{sensor}", response_class=HTMLResponse)
async def view(sensor: str, unit: str = "C"):
    """A small page."""
    html = "<html><h2>" + sensor + "</h2></html>"
    return html  # expect: SEC608


@app.get("/api/v1/either")
def either() -> Union[Reading, Response]:  # expect: RSP410
    """One or the other."""
    return Response(status_code=status.HTTP_204_NO_CONTENT)


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000, reload=True)  # expect: CFG503
