"""Where parcels are: our tables and the carriers."""

import logging
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)


def find(session: Session, code: str, order: str) -> list[Any]:
    statement = f"SELECT id, code FROM parcels WHERE code LIKE :code ORDER BY {order} LIMIT 50"
    return list(session.execute(text(statement), {"code": f"%{code}%"}))  # expect: SEC602


def find_state(session: Session, state: str) -> list[Any]:
    if state not in {"sent", "held", "done"}:
        return []
    return list(session.execute(text(f"SELECT id FROM parcels WHERE state = '{state}' LIMIT 50")))  # ok: one of three


def notify(url: str, event: dict[str, str]) -> None:
    httpx.post(url, json=event, timeout=5)  # expect: SEC605


def ask_carrier(base: str, code: str) -> str:
    return httpx.get(f"{base}/track/{code}", timeout=5).text  # ok: the host is ours


def remember(email: str, access_token: str) -> None:
    logger.info("session of %s: %s", email, access_token)  # expect: SEC616
