"""A complete login, sync where it hashes."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Cookie, Depends, FastAPI, HTTPException, Request, Response, Security, status
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBasicCredentials, OAuth2PasswordBearer
from fastapi.security import OAuth2PasswordRequestForm
from jwt.exceptions import InvalidTokenError
from pwdlib import PasswordHash
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    secret_key: str
    api_keys: frozenset[str] = frozenset()
    algorithms: list[str] = ["HS256"]
    password: str = ""


settings = Settings()
hasher = PasswordHash.recommended()
scheme = OAuth2PasswordBearer(tokenUrl="/v1/auth/token", auto_error=False)
key = APIKeyHeader(name="X-API-Key", auto_error=False)
basic = HTTPBasic()
DUMMY_HASH = hasher.hash("nobody has this one")


class Token(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str = "bearer"


class User(BaseModel):
    name: str
    hashed_password: str = Field(exclude=True)


class UserCreate(BaseModel):
    name: str = Field(min_length=1, max_length=40)
    password: str = Field(min_length=12)


class UserOut(BaseModel):
    name: str


class UserStore:
    """Who may come in."""

    def __init__(self, rows: dict[str, User]) -> None:
        self._rows = rows

    def find(self, name: str) -> User | None:
        return self._rows.get(name)

    def add(self, user: User) -> User:
        self._rows[user.name] = user
        return user


def get_store(request: Request) -> UserStore:
    return request.app.state.store


Store = Annotated[UserStore, Depends(get_store)]


def make_token(claims: dict[str, Any], lifetime: timedelta) -> str:
    return jwt.encode(claims | {"exp": datetime.now(UTC) + lifetime}, settings.secret_key, algorithm="HS256")


def current_user(store: Store, token: Annotated[str | None, Depends(scheme)] = None, session: Annotated[str | None, Cookie()] = None) -> User:
    raw = token or session
    refused = HTTPException(status.HTTP_401_UNAUTHORIZED, "Sign in", {"WWW-Authenticate": "Bearer"})
    if raw is None:
        raise refused
    try:
        claims = jwt.decode(raw, settings.secret_key, algorithms=settings.algorithms)
    except InvalidTokenError as error:
        raise refused from error
    user = store.find(claims["sub"])
    if user is None:
        raise refused
    return user


def machine(value: Annotated[str | None, Security(key)]) -> str:
    if value is None or not any(secrets.compare_digest(value, known) for known in settings.api_keys):
        raise HTTPException(403, "Unknown key")
    return value


def operator(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> str:
    name = secrets.compare_digest(credentials.username, "operator")
    password = secrets.compare_digest(credentials.password, settings.password)
    if not (name and password):
        raise HTTPException(401, "No", {"WWW-Authenticate": "Basic"})
    return credentials.username


router = APIRouter(prefix="/v1/auth", tags=["auth"])


@router.post("/token")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()], store: Store, response: Response) -> Token:
    """Signs in."""
    user = store.find(form.username)
    stored = user.hashed_password if user else DUMMY_HASH
    if not await run_in_threadpool(hasher.verify, form.password, stored) or user is None:
        raise HTTPException(401, "Wrong name or password")
    access = make_token({"sub": user.name}, timedelta(minutes=15))
    response.set_cookie("session", access, secure=True, httponly=True, samesite="strict", max_age=900)
    return Token(access_token=access, refresh_token=secrets.token_urlsafe(32))


@router.post("/users", status_code=201, response_model=UserOut, dependencies=[Depends(machine)])
def register(body: UserCreate, store: Store):
    """Adds a user."""
    if store.find(body.name):
        raise HTTPException(409, "Name is taken")
    return store.add(User(name=body.name, hashed_password=hasher.hash(body.password)))


@router.get("/me")
async def me(user: Annotated[User, Depends(current_user)]) -> User:
    """Who I am."""
    return user


@router.post("/rotate", status_code=204)
async def rotate(who: Annotated[str, Depends(operator)]) -> None:
    """Rotates keys."""


app = FastAPI(title="Auth")
app.include_router(router)
