"""Which rows queries give."""

from knowledge.project.sources import types


def test_rows_of_sqlalchemy_queries_are_followed() -> None:
    assert types("""
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session
class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
def f(db: Session):
    reveal(db.get(User, 1), db.scalar(select(User).where(User.id == 1)), db.query(User).filter(User.id == 1).first())
    reveal(db.scalars(select(User)).all(), db.execute(select(User)).scalar_one(), db.query(User).all())
    reveal(db.execute(select(User.id)).scalar(), db.execute(select(User, User.id)).all(), db.query(User.id).first())
    for user in db.scalars(select(User).limit(5)): reveal(user)
""") == [
        "code.User?", "code.User?", "code.User?",
        "builtins.list[code.User]", "code.User", "builtins.list[code.User]",
        "", "", "",
        "code.User",
    ]  # fmt: skip


def test_rows_of_asynchronous_queries_are_followed() -> None:
    assert types("""
from beanie import Document
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
class Hero(SQLModel, table=True): ...
class Item(Document): ...
async def f(db: AsyncSession):
    rows = await db.exec(select(Hero))
    reveal(await db.get(Hero, 1), rows.all(), rows.one(), await Item.get("1"))
""") == ["code.Hero?", "builtins.list[code.Hero]", "code.Hero", "code.Item"]
