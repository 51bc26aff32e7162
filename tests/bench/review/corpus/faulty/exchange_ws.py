"""Market data."""
import asyncio
import random
import threading
from typing import Annotated, Dict, List, Set

import aiohttp
from fastapi import Depends, FastAPI, HTTPException, Query, Request, WebSocket
from fastapi.responses import ORJSONResponse
from starlette.middleware.base import BaseHTTPMiddleware
from pydantic import BaseModel, Field


class Tick(BaseModel):
    symbol: str = Field(..., regex="^[A-Z]+$")  # expect: UPG610
    price: float


class Manager:
    def __init__(self):
        self.active: List[WebSocket] = []

    async def connect(self, ws: WebSocket):
        await ws.accept()
        self.active.append(ws)

    async def broadcast(self, text: str):
        for ws in self.active:
            ws.send_text(text)  # expect: ASY110


manager = Manager()
prices: Dict[str, float] = {}
app = FastAPI(default_response_class=ORJSONResponse)  # expect: UPG614
session: aiohttp.ClientSession = None


@app.on_event("startup")
async def startup():  # expect: UPG601
    global session
    session = aiohttp.ClientSession()  # expect: OUT103


class Guard(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):  # expect: MID805
        if not request.headers.get("x-client"):
            raise HTTPException(status_code=400, detail="no client")  # expect: MID804
        response = await call_next(request)
        response.headers["x-market"] = "open"


app.add_middleware(Guard)


@app.websocket("/ws")
async def ws_endpoint(websocket: WebSocket):
    await manager.connect(websocket)
    while True:
        data = await websocket.receive_text()  # expect: WSK201
        await manager.broadcast(data)


@app.websocket("/ws/{symbol}")
async def ws_symbol(websocket: WebSocket, symbol: str):
    await websocket.send_json({"symbol": symbol})  # expect: WSK202
    await websocket.accept()
    await websocket.close()


@app.get("/v1/quote")
async def quote(symbols: Set[str], session_token: str):  # expect: RTE214, SEC615
    """Quotes."""
    return {s: prices.get(s) for s in symbols}


@app.post("/v1/ticks")
async def add_tick(tick: Tick):
    """Adds a tick."""
    prices[tick.symbol] = tick.price  # expect: DIN512
    loop = asyncio.get_event_loop()
    loop.run_until_complete(manager.broadcast(tick.symbol))  # expect: ASY112
    return tick


@app.get("/v1/upstream")
async def upstream(verify: bool = True):
    """Asks another exchange."""
    s = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))  # expect: SEC609, OUT103
    async with s.get("https://other.example/ticks") as resp:
        return await resp.json()


@app.get("/v1/history/{symbol}")
async def history(symbol: str, limit: int = Query(default=100, ge=1)):  # expect: VAL304
    """History."""
    lock = threading.Lock()
    with lock:
        return [prices.get(symbol)] * limit


@app.post("/v1/alerts", status_code=201)
def alerts(payload: dict):  # expect: VAL301
    """Sets an alert."""
    price = payload["price"] * 2
    if price < 0:
        raise Exception("negative price")  # expect: ERR303
    return {"price": price}


@app.get("/v1/quote")  # expect: RTE204
async def quote_again(symbol: str):
    """A quote."""
    return prices.get(symbol)
