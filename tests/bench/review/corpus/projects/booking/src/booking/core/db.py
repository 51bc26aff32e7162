from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from .tables import Booking, Room

engine = create_engine("postgresql://db/booking")
make_session = sessionmaker(engine, expire_on_commit=False)


class Database:
    """All queries in one place."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def room(self, number: int) -> Room | None:
        return self._session.get(Room, number)

    def bookings(self, guest: str) -> list[Booking]:
        return list(self._session.scalars(select(Booking).where(Booking.guest == guest)))

    def add(self, booking: Booking) -> Booking:
        self._session.add(booking)
        self._flush()
        return booking

    def _flush(self) -> None:
        self._session.flush()


@contextmanager
def unit() -> Iterator[Database]:
    with make_session.begin() as session:
        yield Database(session)


def get_database() -> Iterator[Database]:
    with unit() as database:
        yield database
