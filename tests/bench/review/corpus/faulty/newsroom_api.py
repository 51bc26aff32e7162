"""Newsroom: decorators, middleware and settings."""

import asyncio
import functools
import os
import time
from contextlib import asynccontextmanager

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from fastapi.templating import Jinja2Templates
from fastapi_cache.decorator import cache
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy import select, text

templates = Jinja2Templates("templates")
sessions = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///news.db"))
security = HTTPBearer()


class Story(BaseModel):
    title: str
    body: str
    tags: list[str] = Field(default=[], max_items=5)  # expect: UPG610


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield


app = FastAPI(lifespan=lifespan, strict_content_type=False)  # expect: SEC618
app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True)  # expect: MID801, MID803


@app.on_event("startup")
async def load():  # expect: UPG602
    await asyncio.sleep(0)


def admin_only(f):
    async def wrapped(*args, **kwargs):  # expect: RTE207
        return await f(*args, **kwargs)
    return wrapped


async def db():
    async with sessions() as session:
        yield session


@app.middleware("http")
async def authenticate(request: Request, call_next):
    if request.url.path.startswith("/admin") and "authorization" not in request.headers:
        return JSONResponse({"detail": "no"}, status_code=401)
    time.sleep(0.001)  # expect: ASY102
    await call_next(request)  # expect: MID805


@cache(expire=60)  # expect: RTE206
@app.get("/v1/stories/{slug}")
async def story(slug: str, session: AsyncSession = Depends(db)) -> Story:
    """A story."""
    rows, count = await asyncio.gather(  # expect: DBS206
        session.execute(text("SELECT * FROM stories WHERE slug = :s"), {"s": slug}),
        session.execute(text("SELECT count(*) FROM stories")),
    )
    row = rows.mappings().first()
    if row is None:
        raise HTTPException(404)
    return Story(**row)


@app.get("/v1/admin/stats")
@admin_only
async def stats(request: Request, days: int = 7) -> dict[str, int]:
    """Statistics."""
    return {"days": days}


@app.get("/v1/secure", dependencies=[Depends(security)])
async def secure() -> dict[str, str]:
    """Only for members."""
    return {"region": os.environ.get("REGION", "eu")}  # expect: CFG501


@app.get("/page")
async def page(request: Request):
    """A page."""
    return templates.TemplateResponse("page.html", {"request": request})  # expect: UPG616


@app.post("/v1/stories", response_model=Story, status_code=201)
async def add(story: Story, response: Response):
    """Adds a story."""
    try:
        await asyncio.sleep(0)
    except Exception:  # expect: ERR301
        pass
    return JSONResponse({"title": story.title, "body": story.body, "draft": True}, status_code=201)  # expect: RSP406


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, exc: RequestValidationError):
    return JSONResponse({"detail": str(exc)}, status_code=400)  # expect: SEC617


@app.route("/legacy")  # expect: RTE208
async def legacy(request: Request):
    return JSONResponse({})


if __name__ == "__main__":
    uvicorn.run(app, workers=4)  # expect: CFG503
