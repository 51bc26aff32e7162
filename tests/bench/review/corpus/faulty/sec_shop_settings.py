"""A shop whose secrets are known to everybody who can read its source."""

import os
from dataclasses import dataclass
from functools import lru_cache

import boto3
import jwt
import stripe
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

JWT_SECRET = "my-jwt-secret"  # expect: SEC601
ALGORITHM = "HS256"  # ok: a name that everybody may know
TOKEN_URL = "/auth/token"  # ok: a path
SIGNER = "aardvark"  # expect: SEC601
GITHUB = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"  # expect: SEC601
engine = create_async_engine("postgresql+asyncpg://shop:c0ffee-Beans@db.prod.internal:5432/shop")  # expect: SEC601
stripe.api_key = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"  # expect: SEC601


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="SHOP_")

    name: str = "Shop"
    redis_url: str = "redis://:p4ssw0rdForRedis@cache.internal:6379/0"  # expect: SEC601
    smtp_password: SecretStr = SecretStr("Zx81-spectrum!")  # expect: SEC601
    secret_key: str = Field(default="dev-secret-key-change-me")  # expect: SEC601
    api_key_header: str = "X-API-Key"  # ok: the name of a header
    access_token_expire_minutes: int = 30
    webhook_secret: str = ""  # ok: empty


@dataclass
class Mail:
    host: str = "mail.internal"
    password: str = "Sommer2025!"  # expect: SEC601


@lru_cache
def get_settings() -> Settings:
    return Settings()


def storage():
    return boto3.client(
        "s3",
        aws_access_key_id="AKIAQ3EGRT5PLNMX7W2B",  # expect: SEC601
        aws_secret_access_key="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",  # expect: SEC601
    )


def sign(claims: dict[str, object]) -> str:
    return jwt.encode({**claims, "exp": 2_000_000_000}, SIGNER, algorithm=ALGORITHM)


def check_partner(x_partner_key: str = Header()) -> None:
    if x_partner_key != "partner-7f3a9c21d0":  # expect: SEC601, SEC612
        raise HTTPException(403, "Unknown partner")


INTERNAL = {"Authorization": "Bearer 5f2b8c1e9a7d4e6f8b0c2d4e6f8a0b1c"}  # expect: SEC601
DB_PASSWORD = os.environ.get("DB_PASSWORD", "letmein123")  # expect: SEC601
REGION = os.environ.get("AWS_REGION", "eu-central-1")

app = FastAPI(
    dependencies=[Depends(check_partner)],
    middleware=[Middleware(SessionMiddleware, secret_key="not-so-secret", https_only=True)],  # expect: SEC601
)


@app.get("/prices")
def prices(settings: Settings = Depends(get_settings)) -> dict[str, str]:
    return {"shop": settings.name, "region": REGION}


@app.get("/signed")
def signed() -> str:
    return sign({"prices": True})
