"""What the routes use."""

import logging
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

import httpx
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from . import tables
from .settings import settings

log = logging.getLogger(__name__)


class WineService:
    """Reads and writes wines."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def everything(self) -> Sequence[tables.Wine]:
        return self.session.scalars(select(tables.Wine)).all()

    def named(self, name: str) -> list[str]:
        sql = "SELECT name FROM wines WHERE name = '{}' LIMIT 10".format(name)
        return list(self.session.execute(text(sql)).scalars())  # ok: no caller hands on what a client sent

    def change(self, wine_id: int, values: dict[str, object]) -> bool:
        wine = self.session.get(tables.Wine, wine_id)
        if wine is None:
            return False
        for key, value in values.items():
            setattr(wine, key, value)
        self.session.commit()
        return True


class Mailer:
    """Sends mail."""

    def __init__(self, host: str = "mail") -> None:
        self.host = host

    def send(self, to: str, subject: str) -> None:
        message = EmailMessage()
        message["To"], message["Subject"] = to, subject
        with smtplib.SMTP(self.host, timeout=5) as server:
            server.send_message(message)


def announce(name: str, mailer: Mailer | None = None) -> None:
    (mailer or Mailer()).send("all@vineyard.example", name)
    log.debug("announced %s with %s", name, settings.mail_token)  # expect: SEC616


async def weather(place: str) -> dict[str, float]:
    async with httpx.AsyncClient(timeout=None) as client:  # expect: OUT101
        answer = await client.get("https://weather.example", params={"q": place})
    return answer.json()
