"""Settings of the vineyard."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database: str = os.environ.get("VINEYARD_DB", "mysql+pymysql://root:Gr4pes-and-must@db/vineyard")  # expect: SEC601
    origins: tuple[str, ...] = ("*",)
    mail_token: str = os.environ.get("MAIL_TOKEN", "")


settings = Settings()
