"""What is known of a project before its code is parsed: its settings and versions, and what was left out."""

from collections.abc import Mapping
from typing import Literal

from maestro_knowledge.core.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of one package's version, and from where."""

    package: str
    version: str | None  # exact, where known
    specifier: str | None  # the range that is asked for
    source: Literal["environment", "lock", "pin", "range", "none"]
    where: str = ""  # the file it was read in


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of the project that could not be followed."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Config:
    """`[tool.fastapi-maestro]` of the project."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_severity: str | None = None
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    blocking: tuple[str, ...] = ()  # further dotted names that block
    offloading: tuple[str, ...] = ()  # further dotted names that hand their argument to a thread
