"""What generated code is written for, and which idioms that has."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from maestro_knowledge.core.errors import NotInVersion
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.surroundings import Version as Known
from maestro_knowledge.scaffold.model import Choice

OLDEST_FASTAPI = "0.115"
OLDEST_PYDANTIC = "2.7"

IDIOMS: dict[str, tuple[str, str]] = {
    "max_body_size": ("fastapi", "0.165"),
    "native_json_lines": ("fastapi", "0.134"),
    "native_sse": ("fastapi", "0.135"),
    "function_scope": ("fastapi", "0.121"),
    "httpx2": ("fastapi", "0.144"),
    "telemetry": ("fastapi", "0.142"),
    "missing": ("pydantic", "2.14"),
}
"""Idiom → the package and version that brought it."""

OLDER: dict[str, str] = {
    "max_body_size": "request bodies have no limit of the framework's; set one in the reverse proxy",
    "native_json_lines": "JSON Lines are written by a StreamingResponse",
    "native_sse": "server-sent events are written by a StreamingResponse",
    "function_scope": "a session is committed when the request ends",
    "httpx2": "tests use httpx",
    "telemetry": "observability is left to middleware",
    "missing": "PATCH refuses null by a validator instead of Pydantic's MISSING",
}
"""Idiom → what stands in its place in older versions."""


@dataclass(frozen=True, slots=True)
class Target:
    """The lowest versions that generated code has to work with."""

    fastapi: str
    pydantic: str
    python: str = "3.11"

    def has(self, idiom: str) -> bool:
        """Whether the idiom is there in these versions."""
        package, since = IDIOMS[idiom]
        return _parse(self.fastapi if package == "fastapi" else self.pydantic) >= _parse(since)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The idioms that these versions do not have."""
        return tuple(idiom for idiom in IDIOMS if not self.has(idiom))


@cache
def newest_target() -> Target:
    """The versions that stand beside this package: what the checks run with."""
    return Target(_installed("fastapi"), _installed("pydantic"))


def target_of(versions: Mapping[str, Known]) -> Target:
    """What a project has: its exact versions, else the oldest that it allows, else the newest there are."""
    newest = newest_target()
    fastapi = _lowest(versions.get("fastapi"))
    pydantic = _lowest(versions.get("pydantic"))
    if fastapi and _parse(fastapi) < _parse(OLDEST_FASTAPI):
        known = versions["fastapi"]
        raise NotInVersion(
            f"The project has FastAPI {known.version or known.specifier} ({known.where}); "
            f"code is generated for {OLDEST_FASTAPI} and newer.",
            f"Raise the version that the project asks for to {OLDEST_FASTAPI} or newer, then ask again.",
        )
    if not pydantic:
        # Whoever holds FastAPI back may hold Pydantic back as well: what works everywhere is taken.
        pydantic = OLDEST_PYDANTIC if fastapi else newest.pydantic
    python = _lowest(versions.get("python"))
    return Target(
        fastapi or newest.fastapi, pydantic, python if python and _parse(python) > _parse("3.11") else "3.11"
    )


def say_target(target: Target, versions: Mapping[str, Known]) -> Choice:
    """Which versions code is written for, from where that is known, and what newer ones would change."""
    taken = f"FastAPI {target.fastapi}, Pydantic {target.pydantic}, Python {target.python}"
    known = versions.get("fastapi")
    if known is None or known.source == "none":
        return Choice("target", "Which versions is it for?", taken, "nothing says otherwise: the newest here")
    why = f"{known.where} has FastAPI {known.version or known.specifier}"
    return Choice(
        "target", "Which versions is it for?", taken, why, tuple(OLDER[one] for one in target.left_out)
    )


def _lowest(known: Known | None) -> str:
    """The version that is known, or the lowest that the range allows; empty where nothing bounds it."""
    if known is None:
        return ""
    if known.version is not None:
        return known.version
    try:
        bounds = [
            specifier.version.removesuffix(".*")
            for specifier in SpecifierSet(known.specifier or "")
            if specifier.operator in {">=", ">", "~=", "=="}
        ]
    except InvalidSpecifier:
        return ""
    return max(bounds, key=_parse, default="")


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return OLDEST_FASTAPI if package == "fastapi" else OLDEST_PYDANTIC


def _parse(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")
