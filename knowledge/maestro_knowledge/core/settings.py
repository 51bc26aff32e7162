"""Every option that the environment can set, once."""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.home import Home

TOOLSETS = ("docs", "review", "scaffold", "profiles")


class Settings(BaseSettings):
    """What the environment asks for; every field is `FASTAPI_MAESTRO_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FASTAPI_MAESTRO_", extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("fastapi-maestro", appauthor=False)),
        description="Where the vault, the index and the locks live.",
    )
    roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Folders that may be read and written, separated as PATH is."
    )
    toolsets: Annotated[tuple[str, ...], NoDecode] = Field(
        default=TOOLSETS, description="Which groups of tools are listed: docs, review, scaffold, profiles."
    )
    platform: str = Field(default="", description="Platform registry: a shipped name or a path.")
    auto_refresh: bool = Field(default=True, description="Fetch the full vault in the background once.")
    log_format: Literal["text", "json"] = Field(default="text", description="Form of the log on stderr.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="The least severe message that is logged."
    )
    token: str = Field(default="", description="Bearer token that HTTP clients must send.", repr=False)

    @field_validator("roots", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("toolsets", mode="before")
    @classmethod
    def _split_toolsets(cls, value: object) -> object:
        parts = tuple(p.strip() for p in value.split(",") if p.strip()) if isinstance(value, str) else value
        if isinstance(parts, tuple) and (unknown := [p for p in parts if p not in TOOLSETS]):
            raise ValueError(
                f"unknown toolset {', '.join(map(str, unknown))}; allowed: {', '.join(TOOLSETS)}"
            )
        return parts or TOOLSETS

    @cached_property
    def places(self) -> Home:
        """The folders and files below `home`."""
        return Home(self.home.expanduser())


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; arguments given here win over the environment."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise BadArgument(
            f"FASTAPI_MAESTRO_{name.upper()} is not usable: {first['msg']}.",
            "Correct or unset it; `fastapi-maestro doctor` shows every setting.",
        ) from None
