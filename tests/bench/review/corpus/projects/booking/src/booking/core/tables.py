from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of this service."""


class Room(Base):
    __tablename__ = "rooms"
    number: Mapped[int] = mapped_column(primary_key=True)
    beds: Mapped[int]


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[str]
    room: Mapped[int]
