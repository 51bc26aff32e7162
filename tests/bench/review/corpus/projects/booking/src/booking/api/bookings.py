from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException

from booking.api.models import BookingIn, BookingOut
from booking.core import Database, get_database, in_pool
from booking.core.tables import Booking
from booking.services import PriceList, confirm, remind
from booking.services.prices import currencies

router = APIRouter(prefix="/bookings", tags=["bookings"])
DatabaseDep = Annotated[Database, Depends(get_database)]


@router.post("", status_code=201)
async def create(wanted: BookingIn, database: DatabaseDep) -> BookingOut:
    """Books a room."""
    room = database.room(wanted.room)  # expect: ASY106
    if room is None:
        raise HTTPException(404, "no such room")
    booking = database.add(Booking(guest=wanted.guest, room=room.number))  # expect: ASY106
    confirm(wanted.guest)  # expect: ASY106
    return BookingOut(id=booking.id, guest=booking.guest, room=booking.room)


@router.get("/{guest}")
def of_guest(guest: str, database: DatabaseDep) -> list[BookingOut]:
    """All bookings of a guest."""
    found = database.bookings(guest)  # ok: a plain function, in a thread
    return [BookingOut(id=b.id, guest=b.guest, room=b.room) for b in found]


@router.post("/{guest}/reminders", status_code=202)
async def send_reminder(guest: str, tasks: BackgroundTasks) -> None:
    """Sends a reminder later."""
    tasks.add_task(remind, guest)  # ok: after the response, in a thread


@router.post("/{guest}/reminders/now", status_code=204)
async def send_reminder_now(guest: str) -> None:
    """Sends a reminder at once."""
    await in_pool(remind, guest)  # ok: the project's own way into a thread


@router.get("/rooms/{number}/price")
async def price(number: int, guest: str = "") -> float:
    """What a room costs."""
    prices = PriceList.default()
    if "EUR" not in currencies():  # ok: advice only, asked once in the life of the process
        raise HTTPException(503)
    share = prices.discount(guest) if guest else 1.0  # expect: ASY106
    return prices.of(number) * share  # expect: ASY106
