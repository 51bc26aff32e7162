"""The shop."""

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from shop.admin import admin
from shop.db import get_db
from shop.mail import notify
from shop.middleware import install

engine = create_async_engine("postgresql://shop@db/shop")  # expect: DBS201
api = APIRouter(prefix="/api/v1")
orders = APIRouter(prefix="/orders", tags=["orders"])
returns = APIRouter(prefix="/returns", tags=["returns"])

app = FastAPI(title="Shop")
install(app)
api.include_router(orders)
app.include_router(api)
api.include_router(returns)  # expect: RTE212
app.include_router(admin, prefix="/api/v1/admin")


@orders.post("/{order_id}/confirm")  # expect: RTE212
def confirm(order_id: int, tasks: BackgroundTasks, db: Session = Depends(get_db)) -> dict[str, int]:
    """Confirms an order."""
    tasks.add_task(notify, db, order_id)
    return {"order": order_id}


@returns.post("/{return_id}")
def take_back(return_id: int) -> dict[str, int]:
    """Takes an order back."""
    return {"return": return_id}
