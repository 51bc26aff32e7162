"""Orders over a synchronous database, with coroutines in front of it."""

import sqlite3
from collections.abc import Iterator
from typing import Annotated

import psycopg2
import pymongo
import redis
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine("postgresql://db/orders")
Local = sessionmaker(bind=engine, expire_on_commit=False)
cache = redis.Redis(host="cache")
mongo = pymongo.MongoClient("mongodb://docs")


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]


class OrderOut(BaseModel):
    id: int
    note: str


def get_session() -> Iterator[Session]:
    with Local() as session:
        yield session


Database = Annotated[Session, Depends(get_session)]


class Orders:
    def __init__(self, session: Session) -> None:
        self.session = session

    def newest(self) -> list[Order]:
        return list(self.session.scalars(select(Order).limit(10)))

    def by_id(self, id: int) -> Order | None:
        return self.session.get(Order, id)


def get_orders(session: Database) -> Orders:
    return Orders(session)


router = APIRouter(prefix="/orders")


@router.get("/{id}")
async def read_order(id: int, session: Database) -> OrderOut:
    query = select(Order).where(Order.id == id)  # ok: builds a statement, asks nothing
    found = session.execute(query).scalar_one_or_none()  # expect: ASY105
    if found is None:
        raise HTTPException(404)
    return OrderOut(id=found.id, note=found.note)


@router.post("", status_code=201)
async def create_order(order: OrderOut, session: Session = Depends(get_session)) -> OrderOut:
    row = Order(id=order.id, note=order.note)
    session.add(row)  # ok: only remembered until the flush
    session.commit()  # expect: ASY105
    session.refresh(row)  # expect: ASY105
    return order


@router.get("/newest/list")
async def newest(orders: Annotated[Orders, Depends(get_orders)]) -> list[OrderOut]:
    return [OrderOut(id=o.id, note=o.note) for o in orders.newest()]  # expect: ASY106


@router.get("/cached/{id}")
async def cached(id: int) -> str | None:
    hit = cache.get(f"order:{id}")  # expect: ASY105
    if hit is None:
        mongo.shop.orders.find_one({"_id": id})  # expect: ASY105
    return None


@router.get("/legacy/{id}")
async def legacy(id: int) -> int:
    connection = sqlite3.connect("legacy.db")  # expect: ASY105, DIN505
    cursor = connection.cursor()
    cursor.execute("select ?", (id,))  # expect: ASY105
    row = cursor.fetchone()  # ok: one fault with the query
    connection.close()  # ok: instantaneous, or close to it
    return row[0]


@router.get("/older/{id}")
async def older(id: int) -> int:
    with psycopg2.connect("dbname=old") as connection, connection.cursor() as cursor:  # expect: ASY105
        cursor.execute("select %s", (id,))  # expect: ASY105
        return cursor.fetchone()[0]  # ok: one fault with the query


@router.get("/sync/{id}")
def read_sync(id: int, session: Database) -> str:
    return session.execute(text("select 1")).scalar_one()  # ok: runs in a thread


app = FastAPI()
app.include_router(router)
