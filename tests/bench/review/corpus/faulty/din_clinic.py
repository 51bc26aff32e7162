"""A clinic's appointments, with dependencies gone wrong."""

import logging
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Security
from fastapi.security import APIKeyHeader
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)
make_session = sessionmaker(create_engine("sqlite://"))
make_async_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"))
waiting_room: list[str] = []
tickets = {"next": 1}


class Settings(BaseSettings):
    clinic: str = "north"


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()


class Appointment(BaseModel):
    patient: str
    hour: int


class AppointmentService:
    def __init__(self, session: Session) -> None:
        self.session = session

    def book(self, appointment: Appointment) -> Appointment:
        return appointment


class PatientRepository:
    pass


def database() -> Iterator[Session]:
    session = make_session()
    try:
        yield session
        session.commit()
    except SQLAlchemyError:  # expect: DIN507
        log.exception("rolled back")
        session.rollback()
    finally:
        session.close()


async def async_database() -> AsyncIterator[AsyncSession]:
    session = make_async_session()
    yield session  # expect: DIN506
    await session.close()


def raw_database() -> Session:
    session = make_session()  # expect: DIN505
    return session


async def transaction(session: Annotated[AsyncSession, Depends(async_database)]):
    try:
        yield session
    except HTTPException:
        await session.rollback()
        raise
    except:  # expect: DIN507
        await session.rollback()


router = APIRouter(prefix="/appointments", dependencies=[Security(APIKeyHeader(name="x-key"))])  # expect: AUT704
SessionDep = Annotated[Session, Depends(database)]


@router.post("")
def book(appointment: Appointment, session: SessionDep) -> Appointment:
    service = AppointmentService(session)  # expect: DIN504
    waiting_room.append(appointment.patient)  # expect: DIN512
    return service.book(appointment)


@router.get("/config")
def config(current: Annotated[Settings, Depends(settings())]) -> str:  # expect: DIN502
    return current.clinic


@router.get("/all")
def list_all(session: Session = Depends(raw_database), page: int = Query(0, ge=0)) -> int:  # expect: DIN503
    people = PatientRepository()  # expect: DIN504
    other: Session = Depends(database)  # expect: DIN501
    other.flush()
    return page if people and session else 0


@router.get("/mine")
def mine(session: Session) -> int:  # expect: DIN508
    return 1 if session else 0


@router.get("/today")
async def today(session: Annotated[AsyncSession, Depends(transaction)]) -> int:
    tickets["next"] += 1  # expect: DIN512
    return tickets["next"]


def patient(x_patient: Annotated[str, Header()]) -> str:
    return x_patient


async def doctor(name: str = Header(alias="x-doctor")) -> str:
    return name


@router.get("/me")
async def me() -> str:
    return await doctor()  # expect: DIN509


@router.get("/summary")
def summary() -> str:
    return patient() + "!"  # expect: DIN509


@router.get("/export")
def export() -> int:
    session = make_session()  # expect: DIN505
    if session.is_active:
        session.close()
        return 1
    return 0


app = FastAPI()
app.include_router(router)
