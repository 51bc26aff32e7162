"""Admin routes."""

import json
from typing import Optional

from fastapi import APIRouter, Depends, HTTPException, Query
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop.db import get_db
from shop.security import require_role

admin = APIRouter(tags=["admin"], dependencies=[Depends(require_role("admin"))])


@admin.get("/orders")
async def all_orders(state: Optional[str], db: Session = Depends(get_db)) -> list[dict]:  # expect: VAL303
    """All orders of a state."""
    sql = "SELECT id, state FROM orders"
    if state:
        sql += f" WHERE state = '{state}'"
    rows = db.execute(text(sql)).mappings().all()  # expect: SEC602, ASY105, RSP415
    return [dict(row) for row in rows]


@admin.get("/orders/{order_id}")
def one_order(order_id: int, db: Session = Depends(get_db)):
    """One order as JSON."""
    row = db.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": order_id}).mappings().first()
    if row is None:
        return HTTPException(404, "No such order")  # expect: RSP408
    return json.dumps(dict(row), default=str)  # expect: RSP414


@admin.get("/orders/export")  # expect: RTE203
def export(size: int = Query(default=1000, ge=1), db: Session = Depends(get_db)) -> list[int]:  # expect: VAL304
    """Numbers of orders."""
    return list(db.execute(text("SELECT id FROM orders LIMIT :n"), {"n": size}).scalars())
