"""Right, though it looks otherwise."""

import asyncio
import json
import logging
import threading
from contextlib import asynccontextmanager
from typing import Annotated, Any, Optional

import httpx2
from fastapi import BackgroundTasks, Body, Depends, FastAPI, HTTPException, Query, Request, Response, UploadFile, status
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int]


class UserOut(BaseModel):
    id: int
    name: str


class UserPatch(BaseModel):
    name: Optional[str] = None


def make_engine(url: str):
    return create_engine(url)


engine = make_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)
async_engine = create_async_engine("sqlite+aiosqlite://", echo=False)
AsyncLocal = async_sessionmaker(async_engine, expire_on_commit=False)
app = FastAPI()


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


async def get_adb():
    async with AsyncLocal() as s:
        yield s


class Pagination:
    def __init__(self, page: int = Query(1, ge=1), size: int = Query(20, ge=1, le=100)):
        self.page = page
        self.size = size

    def apply(self, query):
        return query.limit(self.size).offset((self.page - 1) * self.size)


@app.get("/users", response_model=list[UserOut])
def users(p: Pagination = Depends(), db: Session = Depends(get_db)):
    return p.apply(db.query(User)).all()


@app.get("/users/names", response_model=list[str])
def names(ids: Annotated[list[int], Query(max_length=50)], db: Session = Depends(get_db)):
    return db.scalars(select(User.name).where(User.id.in_(ids))).all()


@app.get("/users/{user_id}", response_model=UserOut)
def user(user_id: int, db: Session = Depends(get_db)):
    found = db.execute(select(User).where(User.id == user_id)).scalars().all()
    if not found:
        raise HTTPException(status_code=status.HTTP_404_NOT_FOUND)
    return found[0]


@app.get("/team-sizes")
def team_sizes(db: Session = Depends(get_db)) -> dict[int, int]:
    rows = db.query(User.team_id, func.count(User.id)).group_by(User.team_id).all()
    return dict(rows)


@app.patch("/users/{user_id}")
def patch_user(user_id: int, patch: UserPatch, db: Session = Depends(get_db)) -> UserOut:
    user = db.get(User, user_id)
    if user is None:
        raise HTTPException(404)
    sent = patch.model_dump(exclude_unset=True)
    logger.info("patch %s of %s", patch.model_dump(), user_id)
    for k, v in sent.items():
        setattr(user, k, v)
    db.commit()
    return UserOut(id=user.id, name=user.name)


@app.patch("/users/{user_id}/name")
def rename(user_id: int, patch: UserPatch, db: Session = Depends(get_db)) -> UserOut:
    values = {k: v for k, v in patch.model_dump().items() if v is not None}
    user = db.get_one(User, user_id)
    for k, v in values.items():
        setattr(user, k, v)
    return UserOut(id=user.id, name=user.name)


@app.post("/upload")
def upload(file: UploadFile, tasks: BackgroundTasks, db: Annotated[Session, Depends(get_db)]) -> dict[str, int]:
    data = file.file.read(1000)
    count = db.scalar(select(func.count()).select_from(User)) or 0
    tasks.add_task(logger.info, "%s bytes, %s users", len(data), count)
    return {"size": len(data)}


@app.get("/proxy")
async def proxy(request: Request) -> Response:
    client: httpx2.AsyncClient = request.app.state.client
    answer = await client.get("https://x.example")
    return Response(answer.content, answer.status_code)


@app.get("/file")
async def file(response: Response, fmt: str = "json") -> Any:
    if fmt == "text":
        return PlainTextResponse("a", headers={"X-Format": "text"})
    response.headers["X-Format"] = "json"
    return {"a": 1}


@app.get("/maybe", response_model=UserOut)
async def maybe(flag: bool = False):
    if flag:
        return JSONResponse(status_code=status.HTTP_202_ACCEPTED, content=None)
    return {"id": 1, "name": "a"}


@app.get("/err")
async def err(n: int) -> dict[str, float]:
    try:
        return {"n": 1 / n}
    except ZeroDivisionError:
        raise HTTPException(422, "zero")
    except Exception as e:
        logger.exception("err")
        raise HTTPException(500, "unexpected") from e


@app.get("/err2")
async def err2(n: int) -> dict[str, int]:
    try:
        if n < 0:
            raise HTTPException(422, "negative")
        return {"n": n}
    except Exception as e:
        if not isinstance(e, HTTPException):
            logger.exception("err2")
        raise


@app.get("/two")
async def two(a: Annotated[AsyncSession, Depends(get_adb)], b: Annotated[AsyncSession, Depends(get_adb, use_cache=False)]) -> list[Any]:
    return list(await asyncio.gather(a.scalar(select(func.count(User.id))), b.scalar(select(func.max(User.id)))))


@app.get("/stream")
async def stream() -> StreamingResponse:
    async def rows():
        async with AsyncLocal() as s:
            async for user in await s.stream_scalars(select(User)):
                yield json.dumps({"id": user.id}) + "\n"

    return StreamingResponse(rows(), media_type="application/x-ndjson")


@app.post("/login")
async def login(response: Response, name: str = Body(embed=True)) -> dict[str, str]:
    response.set_cookie("s", name, httponly=True, secure=True, samesite="lax")
    return {"name": name}


@asynccontextmanager
async def lifespan(sub: FastAPI):
    t = threading.Thread(target=print, daemon=True)
    t.start()
    async with httpx2.AsyncClient() as c:
        sub.state.client = c
        yield


sub = FastAPI(lifespan=lifespan)


@sub.exception_handler(404)
async def nf(request: Request, exc: HTTPException) -> JSONResponse:
    return JSONResponse({"d": exc.detail}, 404)


@sub.exception_handler(ValueError)
async def ve(request: Request, exc: ValueError):
    response = await nf(request, HTTPException(404))
    return response


app.mount("/sub", sub)
