"""The families from their files."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from maestro_knowledge.diagnosis.model import Alternative, Cause, Family, Sign


@cache
def load_families() -> tuple[Family, ...]:
    """Every family of errors that is known, sorted by name."""
    folder = files("maestro_knowledge.diagnosis") / "families"
    pages = sorted(
        (page for page in folder.iterdir() if page.name.endswith(".yaml")), key=lambda item: item.name
    )
    families = [read_family(row) for page in pages for row in _read(page.read_text(encoding="utf-8"))]
    return tuple(sorted(families, key=lambda family: family.name))


def read_family(row: Mapping[str, Any]) -> Family:
    """The family that a mapping of a file describes; an unknown key is a `TypeError`."""
    data = dict(row)
    data["signs"] = tuple(read_sign(item) for item in data["signs"])
    data["causes"] = tuple(_read_cause(item) for item in data["causes"])
    data["alternatives"] = tuple(Alternative(**item) for item in data.get("alternatives", ()))
    for key in ("refs", "links"):
        data[key] = tuple(data.get(key, ()))
    data["what"] = _one_line(data["what"])
    return Family(**data)


def read_sign(row: Mapping[str, Any] | str) -> Sign:
    """The sign that a mapping describes; a string is a sign by its text alone."""
    if isinstance(row, str):
        return Sign(text=row)
    values: dict[str, Any] = {
        key: tuple(item) if isinstance(item, list) else item for key, item in row.items()
    }
    return Sign(**values)


def _read_cause(row: Mapping[str, Any]) -> Cause:
    data = dict(row)
    data["says"] = _one_line(data["says"])
    data["when"] = tuple(read_sign(item) for item in data.get("when", ()))
    data["refs"] = tuple(data.get("refs", ()))
    if data.get("mend", "").startswith("$ "):
        data["language"] = "console"
    return Cause(**data)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read(text: str) -> list[dict[str, Any]]:
    """The rows of a file of ours; the C reader where PyYAML has it, for it is ten times as fast."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows: list[dict[str, Any]] = yaml.load(text, Loader=loader)  # noqa: S506 - safe loaders, both
    return rows
