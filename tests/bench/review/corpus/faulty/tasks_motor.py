"""Task board on MongoDB: motor for the API, pymongo for the old parts."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from bson import ObjectId
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request, Response, status
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pydantic import BaseModel, Field, field_validator, model_validator
from pymongo import MongoClient

logger = logging.getLogger(__name__)
legacy = MongoClient("mongodb://localhost:27017")["board"]
router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


class TaskIn(BaseModel):
    title: str = Field(max_length=200)
    points: int = 1
    tags: list[str] = []

    @field_validator("title")
    @classmethod
    def tidy(cls, value: str) -> str:  # expect: PYD101
        value = value.strip()
        if not value:
            raise ValueError("a task needs a title")

    @model_validator(mode="after")
    def points_need_tags(self):
        if self.points > 8 and not self.tags:
            raise ValueError("large tasks need tags")
        return self


class TaskOut(TaskIn):
    id: str


async def tasks(request: Request) -> AsyncIOMotorCollection:
    return request.app.state.mongo["board"]["tasks"]


Tasks = Annotated[AsyncIOMotorCollection, Depends(tasks)]


@router.get("/archived")
async def archived(year: int) -> list[str]:
    """Titles of archived tasks."""
    return [row["title"] for row in legacy.archive.find({"year": year}).limit(50)]  # expect: ASY105


@router.get("/{task_id}")
async def read_task(task_id: str, collection: Tasks) -> TaskOut:
    """One task."""
    try:
        row = await collection.find_one({"_id": ObjectId(task_id)})
        if row is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "No such task")
        return TaskOut(id=task_id, **row)
    except Exception as exc:  # expect: ERR302
        logger.error("mongo failed: %s", exc)
        raise HTTPException(status.HTTP_500_INTERNAL_SERVER_ERROR, detail=repr(exc))  # expect: SEC617


@router.get("")
async def all_tasks(collection: Tasks) -> list[TaskOut]:
    """Every task."""
    rows = await collection.find({}).to_list(length=None)  # expect: RSP415
    return [TaskOut(id=str(row["_id"]), **row) for row in rows]


@router.post("", status_code=201)
async def create_task(collection: Tasks, document: Any = Body(...)) -> dict[str, str]:  # expect: VAL301
    """Adds a task."""
    result = await collection.insert_one({**document, "state": "open"})  # expect: VAL305
    return {"id": str(result.inserted_id)}


@router.patch("/{task_id}", response_model=None)
async def change_task(task_id: str, patch: TaskIn, collection: Tasks, response: Response) -> Response:
    """Changes a task."""
    await collection.update_one({"_id": ObjectId(task_id)}, {"$set": patch.model_dump()})  # expect: RSP416
    response.status_code = 202  # expect: RSP411
    return Response(status_code=204)


@router.post("/{task_id}/close", status_code=204)
async def close(task_id: str, collection: Tasks) -> None:
    """Closes a task."""
    collection.update_one({"_id": ObjectId(task_id)}, {"$set": {"state": "closed"}})  # expect: ASY110


app = FastAPI(title="Board")
app.include_router(router)


@app.on_event("startup")
async def connect() -> None:  # expect: UPG601
    app.state.mongo = AsyncIOMotorClient("mongodb://board:Xk29!vbQ71pz@mongo:27017")  # expect: SEC601
