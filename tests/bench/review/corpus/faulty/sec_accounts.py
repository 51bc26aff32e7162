"""Accounts with passwords that are barely hidden, tokens that can be guessed, and a talkative log."""

import hashlib
import logging
import random
import secrets
import string
from random import choices as pick
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, EmailStr
from pydantic_settings import BaseSettings
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

log = logging.getLogger("accounts")
audit = logging.getLogger("accounts.audit")
make_session = sessionmaker(create_engine("sqlite://"))
router = APIRouter(prefix="/accounts", tags=["accounts"])


class Settings(BaseSettings):
    admin_key: str
    hook_secret: str


settings = Settings()


class Base(DeclarativeBase):
    """Tables."""


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    password: Mapped[str] = mapped_column(String(200))
    reset_token: Mapped[str | None]


class SignUp(BaseModel):
    email: EmailStr
    password: str


class Card(BaseModel):
    holder: str
    card_number: str
    cvv: str


def get_session():
    with make_session() as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


def hash_password(password: str, salt: str) -> str:
    return hashlib.sha512((salt + password).encode("utf-8")).hexdigest()  # expect: SEC610


def legacy_hash(pwd: bytes) -> str:
    digest = hashlib.md5()  # expect: SEC610
    digest.update(pwd)
    return digest.hexdigest()


@router.post("", status_code=201)
def sign_up(new: SignUp, session: Db) -> dict[str, str]:
    account = Account(email=new.email, password=new.password)  # expect: SEC610
    session.add(account)
    session.commit()
    log.info("created %s with %s", new.email, new.password)  # expect: SEC616
    return {"email": account.email}


@router.post("/login")
def login(form: SignUp, session: Db) -> dict[str, str]:
    account = session.scalar(select(Account).where(Account.email == form.email))
    if account is None or account.password != form.password:  # expect: SEC610
        log.warning(f"failed login: {form!r}")  # expect: SEC616
        raise HTTPException(401)
    session_id = "%032x" % random.getrandbits(128)  # expect: SEC611
    return {"session": session_id}


@router.post("/reset")
def reset(email: EmailStr, session: Db) -> None:
    account = session.scalar(select(Account).where(Account.email == email))
    if account:
        account.reset_token = "".join(random.choice(string.ascii_letters) for _ in range(24))  # expect: SEC611
        session.commit()
        audit.info("reset", extra={"email": email, "token": account.reset_token})  # expect: SEC616


def make_otp() -> str:
    return "".join(pick("0123456789", k=6))  # expect: SEC611


@router.post("/otp")
def send_otp() -> dict[str, bool]:
    verification_code = random.randint(100_000, 999_999)  # expect: SEC611
    print("code is", verification_code, make_otp())  # expect: SEC616
    return {"sent": verification_code > 0}


def admin(x_admin_key: Annotated[str | None, Header()] = None) -> None:
    if x_admin_key != settings.admin_key:  # expect: SEC612
        raise HTTPException(403)


@router.delete("/{account_id}", dependencies=[Depends(admin)])
def remove(account_id: int, session: Db) -> None:
    session.delete(session.get_one(Account, account_id))


@router.post("/hook")
async def hook(request: Request, x_signature: Annotated[str, Header()]) -> None:
    body = await request.body()
    expected = hashlib.sha256(settings.hook_secret.encode() + body).hexdigest()
    if not x_signature == expected:  # expect: SEC612
        raise HTTPException(401)
    log.debug("headers: %s", request.headers)  # expect: SEC616


@router.put("/card")
def card(card: Card) -> None:
    logging.info("card %s of %s", card.card_number, card.holder)  # expect: SEC616
    print(f"stored {card.model_dump()}")  # expect: SEC616


@router.get("/token")
def token() -> dict[str, str]:
    fresh = secrets.token_hex(16)  # ok: from the operating system
    log.info("issued a token of length %d", len(fresh))  # ok: the length only
    return {"token": fresh}


app = FastAPI()
app.include_router(router)
