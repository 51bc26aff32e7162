"""Tables."""

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

make_session = sessionmaker(create_engine("sqlite://"))


class Base(DeclarativeBase):
    pass


class Band(Base):
    __tablename__ = "bands"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    genre: Mapped[str | None]
    is_verified: Mapped[bool]


def session():
    with make_session() as opened:
        yield opened


def stored(opened: Session, band: Band) -> Band:
    opened.add(band)
    opened.commit()
    return band
