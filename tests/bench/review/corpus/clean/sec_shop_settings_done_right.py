"""A shop with plenty of names that sound secret, and no secret in its source."""

import os
from enum import Enum
from functools import lru_cache
from typing import Annotated, Literal

import jwt
from fastapi import Body, Depends, FastAPI, HTTPException
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer
from pydantic import BaseModel, Field, PostgresDsn, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

TOKEN_TYPE = "bearer"
TOKEN_URL = "/auth/token"
API_KEY_NAME = "X-Shop-Api-Key-2"
PASSWORD_RESET_TEMPLATE = "mails/password_reset_v2.html"
SECRET_NAME = "prod/shop/database-2024"
PASSWORD_PATTERN = r"^(?=.*\d)[A-Za-z\d]{12,}$"
CSRF_COOKIE = "csrftoken_v2"
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="auth/token")
key_scheme = APIKeyHeader(name=API_KEY_NAME)


class Grant(str, Enum):
    PASSWORD = "password_grant_1"
    REFRESH_TOKEN = "refresh_token_2"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    database_url: PostgresDsn = PostgresDsn("postgresql://postgres:postgres@localhost:5432/shop")
    redis_url: str = "redis://localhost:6379/0"
    secret_key: SecretStr
    jwt_algorithm: Literal["HS256", "RS256"] = "HS256"
    stripe_api_key: SecretStr = Field(description="sk_live_... from the dashboard")
    password_min_length: int = 12
    token_issuer: str = "https://shop.example.com"
    smtp_password: str | None = None
    api_key: str = "<set me>"


class Credentials(BaseModel):
    username: str = Field(examples=["ada"])
    password: SecretStr = Field(examples=["Correct-Horse-7-Battery"])

    model_config = {"json_schema_extra": {"examples": [{"username": "ada", "password": "Correct-Horse-7"}]}}


class Token(BaseModel):
    access_token: str
    token_type: str = TOKEN_TYPE


@lru_cache
def get_settings() -> Settings:
    return Settings()


SettingsDep = Annotated[Settings, Depends(get_settings)]


def make_engine(user: str, password: str, host: str):
    if os.getenv("USE_URL"):
        return create_engine(f"postgresql+psycopg://{user}:{password}@{host}/shop")
    return create_engine(URL.create("postgresql+psycopg", username=user, password=password, host=host))


app = FastAPI(description="Send the key as `X-Shop-Api-Key-2`; get one at https://user:pass@example.com/keys.")


@app.post("/auth/token")
def login(
    settings: SettingsDep,
    credentials: Annotated[
        Credentials,
        Body(openapi_examples={"ada": {"value": {"username": "ada", "password": "Correct-Horse-7"}}}),
    ],
) -> Token:
    if credentials.username == "nobody":
        raise HTTPException(401, detail="Incorrect username or password")
    claims = {"sub": credentials.username, "exp": 2_000_000_000, "token_use": "access_v2"}
    key = settings.secret_key.get_secret_value()
    return Token(access_token=jwt.encode(claims, key, algorithm=settings.jwt_algorithm))


@app.get("/grants")
def grants(token: Annotated[str, Depends(oauth2_scheme)], settings: SettingsDep) -> dict[str, str]:
    jwt.decode(token, settings.secret_key.get_secret_value(), algorithms=["HS256"])
    return {"password": "hidden", "secret": "********", "token": Grant.REFRESH_TOKEN.value}
