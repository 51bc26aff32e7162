"""Settings."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "postgresql://shipping@localhost/shipping"
    archive_url: str = "postgresql+asyncpg://shipping@localhost/archive"
    carrier_url: str = "https://carrier.example"


settings = Settings()
