"""Settings."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Of the shop."""

    cors_origins: list[str] = Field(default=["*"])
    cors_credentials: bool = True
    smtp_password: str = Field(default="hT7#kk20-smtp-relay")  # expect: SEC601


settings = Settings()
