"""Who is calling."""

import hashlib
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, Security
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from parcels.core.config import SIGNING_KEY, Settings, get_settings
from parcels.core.db import Customer, SessionDep

oauth2 = OAuth2PasswordBearer(tokenUrl="/account/login")
courier_key = APIKeyHeader(name="X-Courier")


def hash_of(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest()  # expect: SEC610


def issue(claims: dict[str, object]) -> str:
    return jwt.encode({**claims, "iss": "parcels"}, SIGNING_KEY, algorithm="HS256")  # expect: AUT703


def read(token: str) -> dict[str, object]:
    return jwt.decode(token, SIGNING_KEY, algorithms=["HS256"], options={"verify_signature": False})  # expect: AUT701


def current_customer(token: Annotated[str, Depends(oauth2)], session: SessionDep) -> Customer:
    try:
        customer = session.get(Customer, read(token)["sub"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, detail=f"Bad token: {error}") from error  # expect: SEC617
    if customer is None:
        raise HTTPException(401)
    return customer


def courier(
    key: Annotated[str, Security(courier_key)], settings: Annotated[Settings, Depends(get_settings)]
) -> str:
    if key == settings.carrier_api_key.get_secret_value():  # expect: SEC612
        return "courier"
    raise HTTPException(403)


CustomerDep = Annotated[Customer, Depends(current_customer)]
