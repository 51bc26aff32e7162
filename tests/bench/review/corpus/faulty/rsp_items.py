"""Items in dictionaries and document stores, with clients and tasks that go astray."""

from contextlib import suppress
from functools import partial

import aiohttp
import httpx2
import requests
from fastapi import Depends, FastAPI, HTTPException, Request, Response, UploadFile
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel
from starlette.background import BackgroundTask, BackgroundTasks

app = FastAPI()
http = requests.Session()
http.verify = True
items: dict[int, dict] = {}


class ItemPatch(BaseModel):
    name: str | None = None
    tags: list[str] = []


class Item(BaseModel):
    name: str
    tags: list[str] = []


def get_or_404(item_id: int) -> dict:
    item = items.get(item_id)
    if item is None:
        raise HTTPException(404)
    return item


class ItemService:
    async def fetch(self, item_id: int) -> dict:
        async with aiohttp.ClientSession() as s:  # expect: OUT102
            async with s.get(f"https://x.example/{item_id}") as r:
                return await r.json()

    def validate(self, item_id: int) -> None:
        if item_id == 13:
            raise Exception("unlucky")  # expect: ERR303


@app.get("/items/{item_id}")
async def read(item_id: int, service: ItemService = Depends()) -> dict:
    service.validate(item_id)
    return await service.fetch(item_id)


@app.patch("/items/{item_id}")
async def patch(item_id: int, item: ItemPatch) -> dict:
    stored = Item(**items[item_id])
    updated = stored.model_copy(update=item.model_dump())  # expect: RSP416
    items[item_id] = jsonable_encoder(updated)  # expect: DIN512
    return items[item_id]


@app.patch("/raw/{item_id}")
async def patch_raw(item_id: int, item: ItemPatch) -> dict:
    items[item_id] = {**items[item_id], **item.model_dump()}  # expect: RSP416, DIN512
    return items[item_id]


@app.patch("/mongo/{item_id}")
async def patch_mongo(item_id: int, item: ItemPatch) -> dict:
    client = AsyncIOMotorClient("mongodb://localhost")  # expect: DBS202, DIN504
    await client.db.items.update_one({"_id": item_id}, {"$set": item.model_dump()})  # expect: RSP416
    return {}


@app.get("/mongo")
async def list_mongo(request: Request) -> list:
    db = request.app.state.mongo
    return await db.items.find({}).to_list(None)  # expect: RSP415


@app.put("/items/{item_id}")
async def put(item_id: int, item: Item) -> dict:
    try:
        current = get_or_404(item_id)
        current.update(item.model_dump())
        return current
    except HTTPException as e:
        raise e
    except Exception:
        return JSONResponse(status_code=500, content={})


@app.delete("/items/{item_id}")
async def delete(item_id: int) -> dict:
    try:
        get_or_404(item_id)
        del items[item_id]  # expect: DIN512
    except Exception as e:  # expect: ERR302
        return JSONResponse(status_code=500, content={"error": str(e)})  # expect: SEC617
    return {"ok": True}


@app.post("/items/{item_id}/mail")
async def mail(item_id: int) -> JSONResponse:
    tasks = BackgroundTasks()  # expect: BGT905
    tasks.add_task(print, item_id)
    return JSONResponse({"ok": True})


@app.post("/items/{item_id}/upload")
async def upload(item_id: int, file: UploadFile) -> JSONResponse:
    task = BackgroundTask(print, file)  # expect: BGT903
    return JSONResponse({"ok": True}, background=task)


@app.get("/rates")
def rates() -> dict:
    with requests.Session() as s:  # expect: OUT102
        return s.get("https://rates.example").json()  # expect: OUT101


@app.get("/rates2")
def rates2() -> dict:
    return http.get(url="https://rates.example", headers={"a": "b"}).json()  # expect: OUT101


@app.get("/cookie")
def cookie(response: Response) -> Response:
    response.headers["X-A"] = "b"  # expect: RSP411
    other = Response(content="x")
    return other
