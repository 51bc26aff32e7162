"""`[tool.fastapi-maestro]` of the reviewed project."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from maestro_knowledge.project.settings_files import folders_up, read_toml
from maestro_knowledge.project.surroundings import Config, Problem

SEVERITIES = ("error", "warning", "info")
_TOOL = "fastapi-maestro"


def read_config(wanted: Path, top: Path) -> tuple[Config, list[Problem]]:
    """The configuration nearest to `wanted`, and what is wrong with it."""
    problems: list[Problem] = []
    for folder in folders_up(wanted, top):
        path = folder / "pyproject.toml"
        content, wrong = read_toml(path, top)
        relative = path.relative_to(top).as_posix()
        if wrong:
            problems.append(Problem(relative, None, f"{wrong}; its settings are not used"))
        tool = content.get("tool") if content is not None else None
        table = tool.get(_TOOL) if isinstance(tool, dict) else None
        if isinstance(table, dict):
            return _read_table(table, relative, problems), problems
        if table is not None:
            problems.append(Problem(relative, None, f"[tool.{_TOOL}] is not a table; it is not used"))
    return Config(), problems


def _read_table(table: dict[str, Any], path: str, problems: list[Problem]) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            known = ", ".join(sorted(_READERS))
            problems.append(Problem(path, None, f"[tool.{_TOOL}] has no key `{key}`; known: {known}"))
            continue
        read = reader(value)
        if read is None:
            problems.append(Problem(path, None, f"[tool.{_TOOL}] `{key}` is not usable: {value!r:.80}"))
        else:
            values[key.replace("-", "_")] = read
    return Config(**values)


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _severity(value: object) -> str | None:
    return value if isinstance(value, str) and value in SEVERITIES else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _per_file(value: object) -> dict[str, tuple[str, ...]] | None:
    if not isinstance(value, dict):
        return None
    read = {str(pattern): _texts(rules) for pattern, rules in value.items()}
    known = {pattern: rules for pattern, rules in read.items() if rules is not None}
    return known if len(known) == len(read) else None


_READERS: dict[str, Callable[[object], Any]] = {
    "select": _texts,
    "ignore": _texts,
    "exclude": _texts,
    "blocking": _texts,
    "offloading": _texts,
    "min-severity": _severity,
    "baseline": _text,
    "per-file-ignores": _per_file,
}
