"""Who calls."""

from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer

from payments.settings import Settings, get_settings

scheme = OAuth2PasswordBearer(tokenUrl="/v1/token")


def decode(token: str, settings: Settings) -> str:
    """The caller named in a token."""
    claims = jwt.decode(token, settings.jwt_secret.get_secret_value(), algorithms=["HS256"])
    return claims["sub"]


def caller(token: Annotated[str, Depends(scheme)], settings: Annotated[Settings, Depends(get_settings)]) -> str:
    """The caller, or 401."""
    try:
        return decode(token, settings)
    except (jwt.InvalidTokenError, KeyError) as error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Sign in", {"WWW-Authenticate": "Bearer"}) from error


Caller = Annotated[str, Depends(caller)]
