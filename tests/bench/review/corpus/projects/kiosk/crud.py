import requests
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import Snack


def by_name(db: Session, name: str):
    return db.execute(text(f"SELECT * FROM snacks WHERE name = '{name}'")).first()  # expect: SEC602


def one(db: Session, snack_id: int):
    return db.query(Snack).filter(Snack.id == snack_id).first()


def every(db: Session):
    return db.query(Snack).all()


def price(name: str) -> float:
    return requests.get("https://prices.example", params={"q": name}).json()["price"]  # expect: OUT101
