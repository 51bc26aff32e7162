"""Looks guilty, is not."""

import hashlib
import hmac
import html
import logging
import random
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import httpx2
import jwt
from fastapi import APIRouter, Depends, FastAPI, Form, Header, HTTPException, Request, Response, status
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

log = logging.getLogger(__name__)
TOKEN_TYPE = "bearer"
PASSWORD_RESET_PATH = "/reset-password"
API_KEY_HEADER = "X-Api-Key"
SECRET_NAME = "projects/demo/secrets/jwt"
FILES = Path("files").resolve()
PAGES = {"home": "/", "help": "/help"}
PARTNERS = frozenset({"api.partner.example", "files.partner.example"})


class Settings(BaseSettings):
    jwt_secret: SecretStr
    cookie_secure: bool = True
    session_cookie: str = "session"
    token_ttl: int = 900


settings = Settings()
scheme = OAuth2PasswordBearer(tokenUrl="/token")
router = APIRouter(tags=["site"])


class Token(BaseModel):
    access_token: str
    token_type: str = TOKEN_TYPE


def signing_key(kid: str) -> str:
    return settings.jwt_secret.get_secret_value() + kid


def subject(token: Annotated[str, Depends(scheme)]) -> str:
    kid = jwt.get_unverified_header(token).get("kid", "")
    try:
        return jwt.decode(token, signing_key(kid), algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError as error:
        log.warning("token refused: %s", type(error).__name__)
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Token refused") from error


@router.get("/files/{name}")
def download(name: str) -> FileResponse:
    """A file."""
    path = (FILES / name).resolve()
    if not path.is_relative_to(FILES) or not path.is_file():
        raise HTTPException(404, "No such file")
    return FileResponse(path)


@router.get("/themes/{theme}")
def theme(theme: Literal["light", "dark"]) -> FileResponse:
    """A style sheet."""
    return FileResponse(f"static/{theme}.css")


@router.get("/go/{page}")
def go(page: str) -> RedirectResponse:
    """Sends the reader on."""
    return RedirectResponse(PAGES.get(page, "/"))


@router.get("/back")
def back(target: str = "/") -> RedirectResponse:
    """Sends the reader back."""
    if not target.startswith("/") or target.startswith("//") or urlsplit(target).netloc:
        target = "/"
    return RedirectResponse(target)


@router.get("/hello", response_class=HTMLResponse)
def hello(name: str, times: int = 1) -> str:
    """A greeting."""
    return f"<p>{html.escape(name)}, {times} times</p>"


@router.get("/partner")
async def partner(url: str) -> int:
    """Size of a partner's file."""
    if urlsplit(url).hostname not in PARTNERS or urlsplit(url).scheme != "https":
        raise HTTPException(422, "Not a partner")
    async with httpx2.AsyncClient(timeout=5) as client:
        return len((await client.get(url)).content)


@router.post("/token")
def token(user: Annotated[str, Form()]) -> Token:
    """A token."""
    claims = {"sub": user, "exp": datetime.now(UTC) + timedelta(seconds=settings.token_ttl)}
    log.info("token for %s expires at %s", user, claims["exp"])
    return Token(access_token=jwt.encode(claims, settings.jwt_secret.get_secret_value(), "HS256"))


@router.post("/hook", status_code=202)
async def hook(request: Request, x_signature: Annotated[str, Header()]) -> dict[str, str]:
    """A signed event."""
    body = await request.body()
    expected = hmac.new(settings.jwt_secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, x_signature):
        raise HTTPException(403, "Bad signature")
    return {"id": secrets.token_hex(8), "delay": str(random.uniform(0, 1))}


@router.post("/password", status_code=204)
def change_password(new: Annotated[str, Form()], repeat: Annotated[str, Form()], response: Response) -> None:
    """Changes the password."""
    if new != repeat:
        raise HTTPException(422, "Passwords differ")
    log.info("password changed")
    response.delete_cookie("session")
    response.set_cookie("seen", "1", httponly=True, samesite="lax", secure=settings.cookie_secure)


@router.get("/page/{number}")
def page(number: int, who: Annotated[str, Depends(subject)], response: Response) -> dict[str, str]:
    """A page."""
    response.headers["etag"] = hashlib.md5(f"{number}".encode(), usedforsecurity=False).hexdigest()
    return {"owner": who, "type": TOKEN_TYPE}


app = FastAPI(title="Site")
app.include_router(router)
