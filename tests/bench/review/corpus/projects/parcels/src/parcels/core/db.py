"""The database and its tables."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from parcels.core.config import get_settings

engine = create_engine(get_settings().database_url)
make_session = sessionmaker(engine)


class Base(DeclarativeBase):
    """Tables."""


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    password: Mapped[str]


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


def get_session() -> Iterator[Session]:
    with make_session() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
