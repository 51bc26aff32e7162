"""Lists from other object mappers, and calls of `requests` by every name."""

import requests
from requests import get as fetch, Session as S
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from tortoise.models import Model
from beanie import Document
from databases import Database
import sqlalchemy
import asyncpg

app = FastAPI()
database = Database("sqlite:///x.db")
metadata = sqlalchemy.MetaData()
notes = sqlalchemy.Table("notes", metadata)
session = requests.session()


class User(Model):
    name: str


class Book(Document):
    title: str


def tasks_of_mine() -> BackgroundTasks:
    return BackgroundTasks()  # expect: BGT905


def get_service():
    return Service(requests.Session())


class Service:
    def __init__(self, session: S):
        self.session = session

    def load(self):
        return self.session.get("https://x.example").json()  # expect: OUT101


@app.post("/a")
def a(tasks: BackgroundTasks = Depends(tasks_of_mine)) -> dict:
    tasks.add_task(print, 1)
    return {}


@app.get("/b")
def b() -> dict:
    return fetch("https://x.example").json()  # expect: OUT101


@app.get("/c")
def c() -> dict:
    return session.get("https://x.example").json()  # expect: OUT101


@app.get("/d")
def d() -> dict:
    return S().get("https://x.example").json()  # expect: OUT101


@app.get("/users")
async def users() -> list:
    return await User.all()  # expect: RSP415


@app.get("/books")
async def books() -> list[Book]:
    return await Book.find_all().to_list()  # expect: RSP415


@app.get("/notes")
async def list_notes() -> list[dict]:
    query = notes.select()
    return await database.fetch_all(query)  # expect: RSP415


@app.get("/notes2")
async def list_notes2() -> list[dict]:
    return await database.fetch_all("SELECT * FROM notes")  # expect: RSP415


@app.get("/pg")
async def pg(request: Request):
    async with request.app.state.pool.acquire() as conn:
        rows = await conn.fetch("SELECT id, name FROM items ORDER BY id")  # expect: RSP415
    return [dict(row) for row in rows]


@app.get("/users/{name}")
async def user(name: str) -> dict:
    user = await User.get_or_none(name=name)
    if not user:
        return JSONResponse({"message": "User not found"})
    return {"name": user.name}
