"""A bank's sign-in: schemes that are verified, tokens that end, passwords that are hashed slowly."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import jwt
from fastapi import APIRouter, Cookie, Depends, FastAPI, Form, HTTPException, Response, Security
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer, SecurityScopes
from pwdlib import PasswordHash
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bank.store import Customer, find_customer

hasher = PasswordHash.recommended()
oauth2 = OAuth2PasswordBearer(tokenUrl="/v1/token", scopes={"read": "Read", "write": "Write"})
machine = APIKeyHeader(name="X-Machine-Key", auto_error=False)


class Settings(BaseSettings):
    """Settings."""

    model_config = SettingsConfigDict(env_prefix="BANK_")

    signing_key: SecretStr
    machine_key: SecretStr
    token_type: str = "bearer"
    token_minutes: int = 15


settings = Settings()


class Token(BaseModel):
    """A token."""

    access_token: str = Field(description="The token")
    token_type: Literal["bearer"] = Field(default="bearer", description="Its type")


class CustomerOut(BaseModel):
    """A customer."""

    name: str = Field(description="Name")
    has_password: bool = Field(description="Whether a password is set")


def make_token(customer: Customer) -> str:
    claims = {"sub": customer.name, "iat": datetime.now(UTC)}
    claims["exp"] = datetime.now(UTC) + timedelta(minutes=settings.token_minutes)
    return jwt.encode(claims, settings.signing_key.get_secret_value(), algorithm="HS256")


def current(scopes: SecurityScopes, token: Annotated[str, Depends(oauth2)]) -> Customer:
    try:
        kid = jwt.get_unverified_header(token).get("kid", "main")
        claims = jwt.decode(token, settings.signing_key.get_secret_value(), algorithms=["HS256"], audience=kid)
    except jwt.InvalidTokenError:
        raise HTTPException(401, "not valid", headers={"WWW-Authenticate": "Bearer"}) from None
    customer = find_customer(claims["sub"])
    if customer is None or not set(scopes.scopes) <= set(claims.get("scopes", ())):
        raise HTTPException(403, "not allowed")
    return customer


def machine_only(key: Annotated[str | None, Depends(machine)]) -> None:
    if key is None or not secrets.compare_digest(key, settings.machine_key.get_secret_value()):
        raise HTTPException(401)


router = APIRouter(prefix="/v1", tags=["bank"])


@router.post("/token")
def sign_in(username: Annotated[str, Form()], password: Annotated[str, Form()], response: Response) -> Token:
    """Signs in."""
    customer = find_customer(username)
    if customer is None or not hasher.verify(password, customer.password_hash):
        raise HTTPException(401, "wrong name or password")
    token = make_token(customer)
    response.set_cookie("seen", "yes", httponly=True, secure=True, samesite="lax", max_age=3600)
    return Token(access_token=token)


@router.get("/me")
def me(customer: Annotated[Customer, Security(current, scopes=["read"])]) -> CustomerOut:
    """Who is asking."""
    return CustomerOut(name=customer.name, has_password=customer.password_hash != "")


@router.post("/close", status_code=204, dependencies=[Depends(machine_only)])
def close(response: Response, seen: Annotated[str | None, Cookie()] = None) -> None:
    """Closes the day."""
    if seen == "yes":
        response.delete_cookie("seen")


@router.get("/statement/{number}", dependencies=[Security(current, scopes=["read"])])
def statement(number: int) -> dict[str, str]:
    """A statement."""
    etag = hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()
    return {"etag": etag, "nonce": secrets.token_hex(8)}


app = FastAPI()
app.include_router(router)
