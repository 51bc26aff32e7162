"""Shared dependencies of the booking service."""

import logging
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Annotated

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlmodel import Field, Session, SQLModel, create_engine, select

log = logging.getLogger("bookings")


class Settings(BaseSettings):
    database_url: str = "sqlite:///bookings.db"
    dsn: str = "postgresql://localhost/bookings"


@lru_cache
def get_settings() -> Settings:
    return Settings()


engine = create_engine(get_settings().database_url)


class Booking(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    guest: str
    nights: int


class BookingRead(BaseModel):
    id: int
    guest: str
    nights: int


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        try:
            yield session
            session.commit()
        except Exception:  # expect: DIN507
            log.exception("booking failed, rolling back")
            session.rollback()


async def get_connection(settings: Annotated[Settings, Depends(get_settings)]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(settings.dsn)
    yield connection  # expect: DIN506
    await connection.close()


def require_tenant(x_tenant: Annotated[str, Header()]) -> str:
    if not x_tenant.isalnum():
        raise HTTPException(400, "Bad tenant")
    return x_tenant


def tenant_limit(tenant: str = Depends(require_tenant)) -> int:
    return 100 if tenant == "gold" else 10


app = FastAPI(title="Bookings")


@app.get("/v1/bookings/{booking_id}", response_model=BookingRead)
def read_booking(booking_id: int, session: Annotated[Session, Depends(get_session)]):
    """One booking."""
    booking = session.get(Booking, booking_id)
    if booking is None:
        raise HTTPException(404, "No such booking")
    return booking


@app.get("/v1/occupancy")
def occupancy(db: Session, limit: Annotated[int, Depends(tenant_limit)]) -> dict[str, int]:  # expect: DIN508
    """How many nights are taken."""
    rows = db.exec(select(Booking).limit(limit)).all()
    return {"nights": sum(row.nights for row in rows)}


@app.get("/v1/settings")
def show_settings(settings: Settings = Depends(get_settings())) -> dict[str, str]:  # expect: DIN502
    """What is configured."""
    return {"database": settings.database_url.split(":")[0]}


@app.get("/v1/report")
def report() -> dict[str, int]:
    """Sum of all nights."""
    session = Session(engine)  # expect: DIN505
    total = sum(session.exec(select(Booking.nights)).all())
    if not total:
        raise HTTPException(404, "Nothing booked")
    session.close()
    return {"nights": total}


@app.get("/v1/limits")
def limits() -> dict[str, int]:
    """Limit of the tenant."""
    return {"limit": tenant_limit()}  # expect: DIN509


@app.get("/v1/tenants/current")
def tenant() -> dict[str, str]:
    """The tenant."""
    name = Depends(require_tenant)  # expect: DIN501
    return {"tenant": str(name)}
