"""Tables."""

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

from .settings import settings

engine = create_engine(settings.database)
factory = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class Grower(Base):
    __tablename__ = "growers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    api_token: Mapped[str]
    wines: Mapped[list["Wine"]] = relationship(back_populates="grower")


class Wine(Base):
    __tablename__ = "wines"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    grower_id: Mapped[int] = mapped_column(ForeignKey("growers.id"))
    grower: Mapped[Grower] = relationship(back_populates="wines")


def open_session() -> Session:
    return factory()
