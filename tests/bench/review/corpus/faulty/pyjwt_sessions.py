import hashlib
import random
import string
from datetime import timedelta
from typing import Annotated

import jwt
from fastapi import Cookie, Depends, FastAPI, Form, Header, HTTPException, Response
from pydantic import BaseModel, EmailStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SESSIONS_")

    jwt_secret: str
    webhook_secret: str
    service_token: str = "svc_live_9fK2mQ7xTz41LpWc83RbVn60"  # expect: SEC601


settings = Settings()
app = FastAPI()


class Registration(BaseModel):
    email: EmailStr
    password: str


class Account(BaseModel):
    email: EmailStr
    digest: str
    recovery: str


ACCOUNTS: dict[str, Account] = {}


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()  # expect: SEC610


def new_recovery_code(length: int = 10) -> str:
    recovery_code = "".join(random.choice(string.ascii_uppercase) for _ in range(length))  # expect: SEC611
    return recovery_code


def issue_token(email: str) -> str:
    payload = {"sub": email, "scope": "user"}
    return jwt.encode(payload, settings.jwt_secret, algorithm="HS256")  # expect: AUT703


def read_token(token: str) -> dict:
    header = jwt.get_unverified_header(token)
    return jwt.decode(token, settings.jwt_secret, algorithms=[header["alg"]])  # expect: AUT702


def session_user(session: Annotated[str | None, Cookie()] = None) -> Account:
    if not session:
        raise HTTPException(401, "Sign in first")
    try:
        claims = read_token(session)
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Session is over") from None
    return ACCOUNTS[claims["sub"]]


@app.post("/register", status_code=201)
def register(body: Registration) -> dict[str, str]:
    """Opens an account."""
    if body.email in ACCOUNTS:
        raise HTTPException(409, "Already registered")
    account = Account(email=body.email, digest=_digest(body.password), recovery=new_recovery_code())
    ACCOUNTS[body.email] = account  # expect: DIN512
    return {"email": account.email}


@app.post("/login", status_code=204)
def login(email: Annotated[str, Form()], password: Annotated[str, Form()], response: Response) -> None:
    """Sets the session cookie."""
    account = ACCOUNTS.get(email)
    if account is None or account.digest != _digest(password):  # todo: SEC612 a digest made by a helper
        raise HTTPException(401, "Wrong e-mail or password")
    response.set_cookie("session", issue_token(email), max_age=int(timedelta(days=7).total_seconds()))  # expect: SEC613


@app.get("/me")
def me(account: Annotated[Account, Depends(session_user)]) -> dict[str, str]:
    """The account that is signed in."""
    return {"email": account.email}


@app.post("/hooks/billing", status_code=202)
def billing_hook(x_hook_token: Annotated[str, Header()]) -> dict[str, bool]:
    """Called by the billing system."""
    if x_hook_token != settings.webhook_secret:  # expect: SEC612
        raise HTTPException(403, "Not from billing")
    return {"received": True}
