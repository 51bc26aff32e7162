"""Every option that the environment can set, once."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass, field, fields

# A dataclass and not pydantic-settings: importing that takes as long as a refresh that finds nothing new.

PREFIX = "FASTAPI_MAESTRO_"
TOOLSETS = ("docs", "review", "scaffold", "profiles")
LOG_FORMATS = ("text", "json")
JWT_ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA")
LOG_LEVELS = ("debug", "info", "warning", "error")


def _option(default: Any, read: Callable[[str], Any], what: str, *, secret: bool = False) -> Any:
    make = default if callable(default) else lambda: default
    return field(
        default_factory=make, repr=not secret, metadata={"read": read, "what": what, "secret": secret}
    )


def _default_home() -> Path:
    if (data := _plain_data_home()) is not None:
        return data / "fastapi-maestro"
    import platformdirs  # noqa: PLC0415 - a tenth of a short command

    return Path(platformdirs.user_data_dir("fastapi-maestro", appauthor=False))


def _plain_data_home() -> Path | None:
    """What platformdirs says on Linux where nothing is peculiar; None where it is to be asked."""
    asked, personal = os.environ.get("XDG_DATA_HOME", ""), os.environ.get("HOME", "")
    if sys.platform != "linux" or "ANDROID_ROOT" in os.environ or asked != asked.strip():
        return None
    if asked:
        return Path(asked) if asked.startswith("/") else None
    return Path(personal, ".local", "share") if personal.startswith("/") else None


def _read_home(text: str) -> Path:
    return Path(text).expanduser()


def _read_roots(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part)


def _read_switch(text: str) -> bool:
    return {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }[text.strip().lower()]


def _read_toolsets(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(_read_one_of(TOOLSETS)(name) for name in names) or TOOLSETS


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _read_count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 1_000_000:
        raise ValueError(text)
    return count


def _read_one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    lowered = [name.lower() for name in allowed]
    return lambda text: allowed[lowered.index(text.strip().lower())]


@dataclass(frozen=True)
class Settings:
    """What the environment asks for; each is read from `FASTAPI_MAESTRO_` and its name in capitals."""

    home: Path = _option(_default_home, _read_home, "folder of vault, index and locks")
    roots: tuple[Path, ...] = _option(
        (), _read_roots, f"folders to read and write, separated by {os.pathsep!r}"
    )
    toolsets: tuple[str, ...] = _option(TOOLSETS, _read_toolsets, f"tools to list: {', '.join(TOOLSETS)}")
    platform: str = _option("", str, "platform registry: a shipped name or a path")
    auto_refresh: bool = _option(True, _read_switch, "fetch the full vault once in the background: 1 or 0")
    log_format: str = _option("text", _read_one_of(LOG_FORMATS), f"form of the log: {', '.join(LOG_FORMATS)}")
    log_level: str = _option(
        "warning", _read_one_of(LOG_LEVELS), f"least level logged: {', '.join(LOG_LEVELS)}"
    )
    host: str = _option("127.0.0.1", str, "address that HTTP is served on, --host")
    http_paths: bool = _option(False, _read_switch, "read and write below the roots over HTTP too, --root")
    token: str = _option("", str, "bearer token that HTTP clients must send", secret=True)
    jwks_url: str = _option("", str, "address of the keys that sign HTTP clients' tokens")
    jwt_issuer: str = _option("", str, "issuer that signed tokens must name")
    jwt_audience: str = _option("", str, "audience that signed tokens must name")
    jwt_algorithm: str = _option("RS256", _read_one_of(JWT_ALGORITHMS), "the one algorithm of signed tokens")
    public_url: str = _option("", str, "address of this server, for clients that sign in by themselves")
    hosts: tuple[str, ...] = _option((), _read_names, "host names that HTTP clients may ask for, by commas")
    origins: tuple[str, ...] = _option((), _read_names, "web origins that may call over HTTP, by commas")
    rate_limit: int = _option(600, _read_count, "HTTP requests a minute of one caller, 0 for no limit")
    workers: int = _option(1, _read_count, "HTTP worker processes")
    database_url: str = _option("", str, "PostgreSQL that shares the index among machines", secret=True)
    redis_url: str = _option("", str, "Redis or Valkey that counts requests for all replicas", secret=True)

    @property
    def places(self) -> Home:
        """The folders and files below `home`."""
        return Home(self.home)

    def shown(self) -> dict[str, str]:
        """Each variable with its value as a person may see it."""
        return {
            variable(each.name): _show(getattr(self, each.name), each.metadata["secret"])
            for each in fields(self)
        }


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def load_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings of this process; values given here win over the environment, `None` is not given."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for each in fields(Settings):
        if (value := given.pop(each.name, None)) is None:
            value = source.get(variable(each.name)) or None
        if value is not None:
            values[each.name] = _read(each.name, each.metadata, value) if isinstance(value, str) else value
    if given:
        raise TypeError(f"no such settings: {', '.join(sorted(given))}")
    return Settings(**values)


def hand_down(settings: Settings) -> None:
    """Gives the settings to the processes that this one starts."""
    defaults = Settings()
    for each in fields(settings):
        value = getattr(settings, each.name)
        if value != getattr(defaults, each.name):
            separator = os.pathsep if each.name == "roots" else ","
            text = separator.join(map(str, value)) if isinstance(value, tuple) else str(value)
            os.environ[variable(each.name)] = text


def _read(name: str, metadata: Mapping[str, Any], text: str) -> Any:
    try:
        return metadata["read"](text)
    except (ValueError, KeyError, RuntimeError):
        raise BadArgument(
            f"{variable(name)} is not usable: {text[:60]!r}.",
            f"It holds {metadata['what']}; correct or unset it.",
        ) from None


def _show(value: object, secret: bool) -> str:
    if secret:
        return "set" if value else "not set"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "not set"
    return str(value) if value != "" else "not set"
