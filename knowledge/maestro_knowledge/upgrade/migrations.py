"""The known changes from their file, and which uses each of them speaks of."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.upgrade.model import Migration, Use, Where


@cache
def load_migrations() -> tuple[Migration, ...]:
    """Every change of FastAPI that is known beyond its release notes, in the order of the file."""
    text = (files("maestro_knowledge.upgrade") / "migrations.yaml").read_text(encoding="utf-8")
    return tuple(_read(row) for row in read_yaml(text, what="migrations.yaml"))


def speaks_of(where: Where, use: Use) -> bool:
    """Whether a use is one of those meant."""
    if not any(_is_named(symbol, use.symbol) for symbol in where.symbols):
        return False
    if where.kinds and use.kind not in where.kinds:
        return False
    if where.first_is_text and not use.first_is_text:
        return False
    if set(where.without) & set(use.given) or (where.without and use.spread):
        return False
    if not where.keywords and not where.texts:
        return True
    return bool(set(where.keywords) & set(use.given)) or bool(set(where.texts) & set(use.texts))


def _is_named(symbol: str, name: str) -> bool:
    return name.startswith(symbol[:-1]) if symbol.endswith(".*") else name == symbol


def _read(row: Mapping[str, Any]) -> Migration:
    data: dict[str, Any] = dict(row)
    data["version"] = str(data["version"])
    data["where"] = tuple(_read_where(item) for item in data.get("where", ()))
    data["refuses"] = tuple(data.get("refuses", ()))
    data["requires"] = {name: str(version) for name, version in data.get("requires", {}).items()}
    return Migration(**data)


def _read_where(row: Mapping[str, Any]) -> Where:
    values: dict[str, Any] = {
        key: tuple(item) if isinstance(item, list) else item for key, item in row.items()
    }
    return Where(**values)
