"""Settings of the service."""

from functools import lru_cache

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment once."""

    model_config = SettingsConfigDict(env_prefix="PAYMENTS_")

    database_url: str
    jwt_secret: SecretStr
    origins: list[str] = []
    allow_credentials: bool = True
    token_url: str = "/v1/token"


@lru_cache
def get_settings() -> Settings:
    """The settings."""
    return Settings()
