"""Users, as they are often written first: imports from files that are not there, faults of every kind."""

import asyncio
import json
import logging
import os
import threading
from datetime import datetime
from typing import Any, Dict, List, Optional, Union

import httpx
import requests
from fastapi import APIRouter, BackgroundTasks, Body, Depends, FastAPI, File, HTTPException, Request, Response, UploadFile, status
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, EmailStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from . import crud, models, schemas
from .database import SessionLocal, get_async_db, get_db

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/users", tags=["users"])


class UserUpdate(BaseModel):
    email: Optional[EmailStr] = None
    full_name: Optional[str] = None
    is_active: Optional[bool] = None


class UserRead(BaseModel):
    id: int
    email: EmailStr


@router.get("/", response_model=List[UserRead])
def get_users(db: Session = Depends(get_db)):
    users = db.query(models.User).all()  # expect: RSP415
    return users


@router.get("/async", response_model=List[UserRead])
async def get_users_async(db: AsyncSession = Depends(get_async_db)):
    result = await db.execute(select(models.User))
    return result.scalars().all()  # expect: RSP415


@router.get("/active")
async def get_active(db: AsyncSession = Depends(get_async_db)) -> List[UserRead]:
    stmt = select(models.User).where(models.User.is_active == True)
    return [UserRead.model_validate(u) for u in (await db.scalars(stmt)).all()]  # expect: RSP415


@router.patch("/{user_id}", response_model=UserRead)
def update_user(user_id: int, payload: UserUpdate, db: Session = Depends(get_db)):
    user = db.query(models.User).filter(models.User.id == user_id).first()
    if not user:
        raise HTTPException(status_code=404, detail="User not found")
    update_data = payload.dict()  # expect: RSP416, UPG605
    for field in update_data:
        setattr(user, field, update_data[field])
    db.commit()
    db.refresh(user)
    return user


@router.patch("/{user_id}/profile")
async def update_profile(user_id: int, payload: schemas.ProfileUpdate, db: AsyncSession = Depends(get_async_db)) -> UserRead:
    profile = await db.get(models.Profile, user_id)
    for k, v in payload.model_dump().items():  # expect: RSP416
        setattr(profile, k, v)
    await db.commit()
    return profile


@router.patch("/{user_id}/settings")
def update_settings(user_id: int, payload: UserUpdate, db: Session = Depends(get_db)) -> UserRead:
    db.query(models.User).filter(models.User.id == user_id).update(payload.model_dump())  # expect: RSP416
    db.commit()
    return db.get(models.User, user_id)


@router.get("/{user_id}")
async def get_user(user_id: int, db: AsyncSession = Depends(get_async_db)) -> UserRead:
    try:
        user = await db.get(models.User, user_id)
        if user is None:
            raise HTTPException(status_code=status.HTTP_404_NOT_FOUND, detail="User not found")
        return user
    except Exception as e:  # expect: ERR302
        logger.error("failed: %s", e)
        raise HTTPException(status_code=500, detail="Internal error")


@router.post("/{user_id}/notify")
def notify(user_id: int, background_tasks: BackgroundTasks, db: Session = Depends(get_db)) -> dict:
    user = db.get(models.User, user_id)
    background_tasks.add_task(send_notification, user.email, db)  # expect: BGT903
    return {"status": "queued"}


def send_notification(email: str, db: Session):
    requests.post("https://mail.example.com/send", json={"to": email})  # expect: OUT101
    db.add(models.Log(email=email))
    db.commit()


@router.post("/{user_id}/welcome")
async def welcome(user_id: int) -> dict:
    bg = BackgroundTasks()  # expect: BGT905
    bg.add_task(send_notification, "a@b.c", None)
    return {"message": "scheduled"}


@router.post("/{user_id}/report")
def report(user_id: int) -> dict:
    t = threading.Thread(target=send_notification, args=("a@b.c", None))  # expect: BGT901
    t.start()
    return {"message": "started"}


@router.get("/{user_id}/export")
async def export(user_id: int) -> Any:
    data = {"id": user_id, "at": datetime.now().isoformat()}
    return json.dumps(data)  # expect: RSP414


@router.get("/{user_id}/avatar")
async def avatar(user_id: int) -> Union[dict, RedirectResponse]:  # expect: RSP410
    return {"a": 1}


@router.post("/login")
async def login(response: Response, username: str = Body(...)) -> JSONResponse:
    response.set_cookie(key="session", value=username)  # expect: RSP411, SEC613
    return JSONResponse(content={"message": "ok"})


@router.delete("/{user_id}", status_code=204)
def delete_user(user_id: int, db: Session = Depends(get_db)):
    db.delete(db.get(models.User, user_id))
    db.commit()
    return {"message": "User deleted"}  # expect: RSP407


@router.get("/{user_id}/card", response_model=UserRead)
def card(user_id: int, db: Session = Depends(get_db)):
    user = db.get(models.User, user_id)
    return JSONResponse(content={"id": user.id, "email": user.email, "pw": user.hashed_password})  # expect: RSP406


@router.get("/{user_id}/weather")
async def weather(user_id: int) -> dict:
    async with httpx.AsyncClient(timeout=None) as client:  # expect: OUT101, OUT102
        r = await client.get("https://weather.example.com")
    return r.json()


@router.get("/{user_id}/leak")
async def leak(user_id: int) -> dict:
    client = httpx.AsyncClient()  # expect: OUT102, OUT103
    r = await client.get("https://weather.example.com")
    return r.json()


@router.get("/{user_id}/dashboard")
async def dashboard(user_id: int, db: AsyncSession = Depends(get_async_db)) -> dict:
    orders, profile = await asyncio.gather(  # expect: DBS206
        crud.get_orders(db, user_id),
        crud.get_profile(db, user_id),
    )
    return {"orders": orders, "profile": profile}


@router.get("/{user_id}/raw")
async def raw(user_id: int) -> dict:
    engine = create_async_engine("sqlite:///./app.db")  # expect: DBS201, DBS202
    async with engine.connect() as conn:
        return {"a": 1}


@router.get("/{user_id}/find")
async def find(user_id: int) -> dict:
    if user_id < 0:
        return {"error": "User not found"}  # expect: RSP418
    if user_id > 100:
        raise Exception("too big")  # expect: ERR303
    try:
        value = int(os.environ["X"])
    except Exception:  # expect: ERR301
        pass
    return {"id": user_id}


@router.post("/", response_model=UserRead)  # expect: RSP412
def create_user(user: schemas.UserCreate, db: Session = Depends(get_db)):
    db_user = models.User(**user.model_dump())
    db.add(db_user)
    db.commit()
    return db_user


app = FastAPI()
app.include_router(router)


class AppError(Exception):
    pass


@app.exception_handler(AppError)
async def app_error(request: Request, exc: AppError):
    return {"detail": str(exc)}  # expect: ERR304
