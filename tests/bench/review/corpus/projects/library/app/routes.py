"""The routes of the library."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.deps import CatalogueDep, ClockDep, Reader, require
from app.mail import remind

loans = APIRouter(prefix="/loans", dependencies=[Depends(require("borrow"))])
health = APIRouter()


@loans.get("/{book}")
def loan(book: str, catalogue: CatalogueDep, clock: ClockDep, reader: Annotated[Reader, Depends()]) -> str:
    remind(reader.name)
    return f"{catalogue[book]} until {clock.today()}"


@loans.post("/", status_code=201)
def borrow(reader: Annotated[Reader, Depends()]) -> str:
    return reader.name


@health.get("/readyz")
def ready(catalogue: CatalogueDep) -> dict[str, int]:
    return {"books": len(catalogue)}
