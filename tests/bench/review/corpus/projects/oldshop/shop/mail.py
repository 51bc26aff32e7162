"""Mail."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def notify(db: Session, order_id: int) -> None:
    """Remembers that a mail went out."""
    db.execute(text("UPDATE orders SET mailed = true WHERE id = :id"), {"id": order_id})
    db.commit()
