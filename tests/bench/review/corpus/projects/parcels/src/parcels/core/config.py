"""Settings of the parcel service."""

import os
from functools import lru_cache

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SIGNING_KEY = "parcels-signing"  # expect: SEC601
LABEL_FOLDER = os.environ.get("LABEL_FOLDER", "/srv/labels")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PARCELS_")

    database_url: str = "postgresql+psycopg://parcels:W1nter-Mail@db.internal/parcels"  # expect: SEC601
    carrier_api_key: SecretStr
    carrier_url: str = "https://carrier.example.com"
    session_minutes: int = 30
    debug: bool = False


@lru_cache
def get_settings() -> Settings:
    return Settings()
