import logging
import smtplib
import time
from email.message import EmailMessage

log = logging.getLogger(__name__)


def _message(to: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["To"] = to
    message.set_content(text)
    return message


def _deliver(message: EmailMessage) -> None:
    for attempt in range(3):
        try:
            with smtplib.SMTP("mail") as server:
                server.send_message(message)
            return
        except OSError:
            log.warning("attempt %s failed", attempt)
            time.sleep(1)


def confirm(to: str) -> None:
    _deliver(_message(to, "confirmed"))


def remind(to: str) -> None:
    _deliver(_message(to, "do not forget"))
