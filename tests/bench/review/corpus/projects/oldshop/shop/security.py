"""Roles."""

from collections.abc import Callable

from fastapi import Depends, Header, HTTPException
from jose import jwt

from shop.settings import settings


def claims(authorization: str = Header()) -> dict:
    """Claims of the caller."""
    token = authorization.removeprefix("Bearer ")
    return jwt.decode(token, settings.smtp_password, algorithms=None)  # expect: AUT702


def require_role(role: str) -> Callable[..., None]:
    """A dependency that wants a role."""

    def check(who: dict = Depends(claims)) -> None:
        if role not in who.get("roles", []):
            raise HTTPException(403, f"{role} only")

    return check
