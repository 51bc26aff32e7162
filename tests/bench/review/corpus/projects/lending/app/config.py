"""Settings."""

from functools import lru_cache

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """From the environment."""

    database_url: str = "sqlite:///library.db"
    covers_url: str = "https://covers.example"
    jwt_key: str


@lru_cache
def get_settings() -> Settings:
    """Read once."""
    return Settings()
