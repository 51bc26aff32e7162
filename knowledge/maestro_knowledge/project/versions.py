"""Which versions a project has: from its environment, its lock file, its pins, its ranges, in that order."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.requirements import declared
from maestro_knowledge.project.settings_files import folders_up, read_text
from maestro_knowledge.project.surroundings import Version

if TYPE_CHECKING:
    from packaging.version import Version as Number

# Importing `packaging` takes longer than finding the versions of a small project: only comparing needs it.
# ruff: noqa: PLC0415

PACKAGES = (
    "fastapi",
    "starlette",
    "pydantic",
    "pydantic-settings",
    "sqlalchemy",
    "sqlmodel",
    "httpx",
    "uvicorn",
)
_ENVIRONMENTS = (".venv", "venv", "env", ".env")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
_MARKS = frozenset({"pyproject.toml", "requirements.txt", "setup.cfg", "Pipfile.lock", *_LOCKS})
_BELOW = 20
_LOCKED = Pattern(r'(?m)^name = "([^"\n]{1,100})"[^\S\n]*\nversion = "([^"\n]{1,100})"')
_INSTALLED = Pattern(r"([A-Za-z0-9._-]+?)-([^-]+)\.dist-info")
_PYVENV = Pattern(r"(?m)^version(?:_info)?\s*=\s*([0-9]+\.[0-9]+(?:\.[0-9]+)?)")
_PYTHON_VERSION = Pattern(r"\s*(?:cpython-?|python-?)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)")


def find_versions(wanted: Path, top: Path) -> dict[str, Version]:
    """What is known of each package and of Python, the nearest and surest source first."""
    found: dict[str, Version] = {}
    folders = [*folders_up(wanted, top), *_folders_below(wanted)]
    for source in (_environments, _locks, _declared, _python_files):
        for folder in folders:
            for version in source(folder, top):
                found.setdefault(version.package, version)
    for package in (*PACKAGES, "python"):
        found.setdefault(package, Version(package, None, None, "none"))
    return dict(sorted(found.items()))


def _folders_below(wanted: Path) -> list[Path]:
    """The folders below that look like projects of their own, for what nothing at or above `wanted` says."""
    if not wanted.is_dir():
        return []
    near, _ = _listed(os.fspath(wanted))
    marked: list[Path] = []
    for folder in near:
        inner, is_marked = _listed(folder)
        marked += [Path(one) for one in inner if _listed(one)[1]]
        if is_marked:
            marked.append(Path(folder))
    return sorted(marked, key=lambda folder: (len(folder.parts), folder))[:_BELOW]


def _listed(folder: str) -> tuple[list[str], bool]:
    """The folders in a folder that are not hidden, and whether it looks like a project of its own."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
        folders = [one.path for one in entries if not one.name.startswith(".") and one.is_dir()]
        return folders, any(one.name in _MARKS and Path(one.path).exists() for one in entries)
    except OSError:
        return [], False


def normalize(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _environments(folder: Path, top: Path) -> Iterator[Version]:
    for name in _ENVIRONMENTS:
        text = read_text(folder / name / "pyvenv.cfg", top, 100_000)
        if text is None:
            continue
        where = (folder / name).relative_to(top).as_posix()
        if (match := _PYVENV.search(text)) is not None:
            yield Version("python", match.group(1), None, "environment", where)
        found = [
            *(folder / name).glob("lib/python*/site-packages"),
            *(folder / name).glob("Lib/site-packages"),
        ]
        for packages in sorted(found)[:2]:
            if packages.resolve().is_relative_to(top):
                yield from _installed(packages, where)


def _installed(packages: Path, where: str) -> Iterator[Version]:
    for info in sorted(packages.glob("*.dist-info")):
        match = _INSTALLED.fullmatch(info.name)
        if match is not None and normalize(match.group(1)) in PACKAGES:
            yield Version(normalize(match.group(1)), match.group(2), None, "environment", where)


def _locks(folder: Path, top: Path) -> Iterator[Version]:
    for name in _LOCKS:
        text = read_text(folder / name, top)
        for package, version in _LOCKED.findall(text) if text is not None else ():
            if normalize(package) in PACKAGES:
                yield Version(normalize(package), version, None, "lock", _relative(folder / name, top))
    yield from _pipfile(folder / "Pipfile.lock", top)


def _pipfile(path: Path, top: Path) -> Iterator[Version]:
    text = read_text(path, top)
    try:
        content = json.loads(text) if text is not None else {}
    except (ValueError, RecursionError):
        return
    section = content.get("default") if isinstance(content, dict) else None
    for package, entry in sorted(section.items()) if isinstance(section, dict) else ():
        version = entry.get("version") if isinstance(entry, dict) else None
        if normalize(package) in PACKAGES and isinstance(version, str):
            yield Version(normalize(package), version.removeprefix("=="), None, "lock", _relative(path, top))


def _declared(folder: Path, top: Path) -> Iterator[Version]:
    found = [entry for entry in declared(folder, top) if entry.name in {*PACKAGES, "python"}]
    for kind in ("lock", "pin", "range"):
        for entry in found:
            exact = _exact(entry.specifier)
            source = "range" if exact is None else "lock" if entry.is_compiled else "pin"
            if source == kind:
                yield Version(entry.name, exact, entry.specifier, kind, _relative(entry.path, top))


def _python_files(folder: Path, top: Path) -> Iterator[Version]:
    text = read_text(folder / ".python-version", top, 10_000)
    if text is not None and (match := _PYTHON_VERSION.match(text)) is not None:
        yield Version("python", match.group(1), None, "pin", _relative(folder / ".python-version", top))


def _relative(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


def _exact(specifier: str) -> str | None:
    match = re.fullmatch(r"={2,3}\s*([^*,\s]+)", specifier.strip())
    return match.group(1) if match is not None else None


def at_least(versions: Mapping[str, Version], package: str, wanted: str) -> bool | None:
    """Whether the project's version of a package is `wanted` or newer; None if what is known allows both."""
    known = versions.get(package)
    if known is None or not (known.version or known.specifier):
        return None
    return _is_at_least(known.version, known.specifier or "", wanted)


@lru_cache(maxsize=256)  # rules ask it of every function that they look at
def _is_at_least(version: str | None, specifier: str, wanted: str) -> bool | None:
    from packaging.version import InvalidVersion
    from packaging.version import Version as Number

    try:
        if version is not None:
            return Number(version) >= Number(wanted)
        return _all_at_least(specifier, Number(wanted))
    except InvalidVersion:
        return None


def _all_at_least(specifiers: str, wanted: "Number") -> bool | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version as Number

    try:
        known = SpecifierSet(specifiers)
    except InvalidSpecifier:
        return None
    for specifier in known:
        text = specifier.version.removesuffix(".*")
        bound = Number(text)
        if specifier.operator in {">=", ">", "~=", "=="} and bound >= wanted:
            return True
        if (specifier.operator == "<" and bound <= wanted) or (specifier.operator == "<=" and bound < wanted):
            return False
        if specifier.operator == "~=" and _next_release(bound) <= wanted:
            return False
    return None


def _next_release(bound: "Number") -> "Number":
    """The first version that `~=` no longer allows."""
    from packaging.version import Version as Number

    parts = list(bound.release[:-1]) or [0]
    parts[-1] += 1
    return Number(".".join(map(str, parts)))


def has_live_routers(versions: Mapping[str, Version]) -> bool:
    """Whether routes added to a router after its inclusion are served, as from FastAPI 0.137 on."""
    return at_least(versions, "fastapi", "0.137.0") is not False
