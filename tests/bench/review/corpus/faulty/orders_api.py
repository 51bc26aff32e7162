"""Orders service: SQLAlchemy 2 with a classic session dependency."""

import logging
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, status
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

logger = logging.getLogger("orders")
engine = create_engine("sqlite:///./orders.db", pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, autoflush=False)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(String(120))
    margin_percent: Mapped[float] = mapped_column(default=0.0)
    placed_at: Mapped[datetime] = mapped_column(default=datetime.now)
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order")


class OrderLine(Base):
    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    sku: Mapped[str] = mapped_column(String(40))
    order: Mapped[Order] = relationship(back_populates="lines")


class OrderIn(BaseModel):
    customer: str = Field(min_length=1, max_length=120)
    skus: list[str] = Field(min_length=1, max_length=50)


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    customer: str
    placed_at: datetime


def get_db():
    db = SessionLocal()
    yield db  # expect: DIN506
    db.close()


DbSession = Annotated[Session, Depends(get_db)]
router = APIRouter(prefix="/v1/orders", tags=["orders"])


@router.get("/{order_id}", response_model=OrderOut)
async def read_order(order_id: int, db: DbSession):
    """One order."""
    order = db.get(Order, order_id)  # expect: ASY105
    if order is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such order")
    return order


@router.get("/{order_id}/raw")
def read_order_raw(order_id: int, db: DbSession):
    """The order as the back office sees it."""
    order = db.scalar(select(Order).where(Order.id == order_id))
    if order is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such order")
    return order  # expect: RSP404


@router.get("", response_model=list[OrderOut])
def list_orders(db: DbSession, customer: Annotated[str | None, Query(max_length=120)] = None):
    """Every order, newest first."""
    statement = select(Order).order_by(Order.placed_at.desc())
    if customer:
        statement = statement.where(Order.customer == customer)
    return db.scalars(statement).all()  # expect: RSP415


@router.post("", response_model=OrderOut)  # expect: RSP412
def create_order(payload: OrderIn, db: DbSession):
    """Places an order."""
    order = Order(customer=payload.customer, lines=[OrderLine(sku=sku) for sku in payload.skus])
    db.add(order)
    try:
        db.commit()
    except IntegrityError as error:
        db.rollback()
        logger.warning("order refused for %s", payload.customer)
        raise HTTPException(status.HTTP_409_CONFLICT, detail=f"Could not store: {error}") from error  # expect: SEC617
    db.refresh(order)
    return order


app = FastAPI(title="Orders")
app.include_router(router)
