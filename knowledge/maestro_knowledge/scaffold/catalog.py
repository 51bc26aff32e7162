"""The patterns and shared units that there are, found by walking the templates' folder."""

from functools import cache
from pathlib import Path
from typing import Any

from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.core.records import dataclass

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class FileRule:
    """One file that a pattern or unit writes: by role of a resource, shared module, test or plain path."""

    template: str
    role: str = ""
    core: tuple[str, ...] = ()
    test: str = ""
    path: str = ""
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder of templates says about itself."""

    name: str
    what: str
    files: tuple[FileRule, ...]
    takes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    dev_dependencies: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    default_name: str = ""
    """What a feature is called when nobody names it; empty for what is always named, a resource."""

    at_top: bool = False
    """Whether its routes stand beside an API and not inside it."""

    guarded: bool = False
    """Whether `options.auth` protects all of its operations."""

    refuses: tuple[tuple[str, str], ...] = ()
    """Options that make no sense here, each with the reason."""


@cache
def read_patterns() -> dict[str, Manifest]:
    """The manifests of all patterns by name."""
    names = sorted(path.parent.name for path in TEMPLATES.glob("*/pattern.yaml"))
    return {name: read_pattern(name) for name in names}


@cache
def read_pattern(name: str) -> Manifest:
    """The manifest of a pattern."""
    return _read(TEMPLATES / name / "pattern.yaml", name)


@cache
def read_units() -> dict[str, Manifest]:
    """The shared units by name: modules that more than one resource uses, each with its tests."""
    return {
        path.parent.name: _read(path, f"shared/{path.parent.name}")
        for path in sorted(TEMPLATES.glob("shared/*/unit.yaml"))
    }


def _read(path: Path, folder: str) -> Manifest:
    data = read_yaml(path.read_text(encoding="utf-8"), what=f"{folder}/{path.name}")
    files = tuple(_read_file(entry, folder) for entry in data.pop("files"))
    environment = tuple(sorted(data.pop("environment", {}).items()))
    refuses = tuple(sorted(data.pop("refuses", {}).items()))
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    return Manifest(
        name=path.parent.name,
        what=data["what"],
        files=files,
        environment=environment,
        default_name=data.get("default_name", ""),
        at_top=data.get("at_top", False),
        guarded=data.get("guarded", False),
        refuses=refuses,
        **lists,
    )


def _read_file(entry: dict[str, Any], folder: str) -> FileRule:
    return FileRule(
        template=f"{folder}/{entry['template']}",
        role=entry.get("role", ""),
        core=tuple(entry.get("core", ())),
        test=entry.get("test", ""),
        path=entry.get("path", ""),
        when=tuple(entry.get("when", ())),
    )
