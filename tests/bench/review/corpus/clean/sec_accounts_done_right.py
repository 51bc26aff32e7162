"""Accounts as they should be: slow hashes, unguessable tokens, quiet logs, bounded uploads, safe cookies."""

import hashlib
import hmac
import logging
import random
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response, UploadFile
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pwdlib import PasswordHash
from pydantic import BaseModel, SecretStr, model_validator
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from starlette.middleware.sessions import SessionMiddleware

logger = logging.getLogger(__name__)
hasher = PasswordHash.recommended()
make_session = sessionmaker(create_engine("sqlite://"))
basic = HTTPBasic()
MAX_BYTES = 2_000_000
router = APIRouter(prefix="/accounts")


class Settings(BaseSettings):
    session_key: SecretStr
    hook_key: SecretStr
    admin_password: SecretStr
    secure_cookies: bool = True


settings = Settings()
COOKIE = {"httponly": True, "secure": True, "samesite": "strict"}


class Base(DeclarativeBase):
    """Tables."""


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    hashed_password: Mapped[str]
    api_token: Mapped[str | None]


class SignUp(BaseModel):
    email: str
    password: SecretStr
    password_again: SecretStr

    @model_validator(mode="after")
    def same(self) -> "SignUp":
        if self.password != self.password_again:
            raise ValueError("the passwords differ")
        return self


def get_session():
    with make_session() as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


def leaked_prefix(password: str) -> str:
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
    return digest[:5]


def mask(value: str) -> str:
    return value[:2] + "…"


@router.post("", status_code=201)
def sign_up(new: SignUp, session: Db) -> dict[str, str]:
    password = new.password.get_secret_value()
    session.add(Account(email=new.email, hashed_password=hasher.hash(password)))
    session.commit()
    logger.info("password of %s was set", new.email)
    logger.debug("sign up %s", new)
    return {"email": new.email, "leaked": leaked_prefix(password)}


def by_token(session: Session, token: str) -> Account | None:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return session.scalars(select(Account).where(Account.api_token == digest)).first()


@router.get("/me")
def me(session: Db, x_token: Annotated[str, Header()]) -> dict[str, str]:
    account = by_token(session, x_token)
    if account is None:
        logger.warning("unknown token %s", mask(x_token))
        raise HTTPException(401)
    return {"email": account.email}


@router.post("/login")
def login(response: Response, token_type: str, form: SignUp, session: Db) -> bool:
    if token_type != "bearer" or form.email == "":
        raise HTTPException(400)
    account = session.scalar(select(Account).where(Account.email == form.email))
    if account is None or not hasher.verify(form.password.get_secret_value(), account.hashed_password):
        raise HTTPException(401)
    response.set_cookie("session", secrets.token_urlsafe(32), **COOKIE)
    response.set_cookie("hint", "1", secure=settings.secure_cookies, httponly=settings.secure_cookies)
    response.set_cookie("xsrf-token", secrets.token_hex(8), secure=True)
    response.set_cookie("lang", "en", max_age=31_536_000)
    response.delete_cookie("old_session")
    return True


def admin(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> str:
    right = secrets.compare_digest(
        credentials.password.encode(), settings.admin_password.get_secret_value().encode()
    )
    if not right:
        raise HTTPException(401)
    return credentials.username


@router.post("/hook")
async def hook(request: Request, x_signature: Annotated[str, Header()]) -> None:
    mac = hmac.new(settings.hook_key.get_secret_value().encode(), await request.body(), "sha256")
    if not hmac.compare_digest(mac.hexdigest(), x_signature):
        raise HTTPException(401)
    logger.info("signature is %s", "valid")


@router.post("/picture")
async def picture(file: UploadFile, name: Annotated[str, Depends(admin)]) -> int:
    if (file.size or 0) > MAX_BYTES:
        raise HTTPException(413)
    content = await file.read()
    etag = hashlib.md5(content).hexdigest()
    logger.info("picture %s of %s with %d tokens", etag, name, len(content))
    return len(content)


@router.get("/retry")
def retry(attempt: int, page_token: str = "", max_tokens: int = 100) -> float:
    winner = random.choice(["a", "b"])
    token_budget = random.randint(1, max_tokens)
    return 2**attempt + random.random() * token_budget + len(winner + page_token)


app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=settings.session_key.get_secret_value(), https_only=True)
app.include_router(router)
