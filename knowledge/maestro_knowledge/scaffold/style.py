"""How the code of a project is laid out: line length and quotes, from its tools' configuration."""

from pathlib import Path
from typing import Any

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.settings_files import folders_up, read_toml
from maestro_knowledge.scaffold.literals import WIDTH

NARROWEST, WIDEST = 60, 200


@dataclass(frozen=True, slots=True)
class CodeStyle:
    """The length of a line and the kind of quotes that a project's formatter keeps to."""

    width: int = WIDTH
    quotes: str = "double"
    source: str = ""


def find_style(folder: Path, root: Path) -> CodeStyle:
    """The style that the nearest configuration of ruff or black asks for."""
    for place in folders_up(folder, root):
        for name in (".ruff.toml", "ruff.toml"):
            content, _ = read_toml(place / name, root)
            if content is not None:
                return _read(content, name)
        content, _ = read_toml(place / "pyproject.toml", root)
        tools = _table(content or {}, "tool")
        if "ruff" in tools:
            return _read(_table(tools, "ruff"), "[tool.ruff]")
        if "black" in tools:
            black = _table(tools, "black")
            return CodeStyle(_width(black.get("line-length")), "double", "[tool.black]")
    return CodeStyle()


def _read(settings: dict[str, Any], source: str) -> CodeStyle:
    quotes = _table(settings, "format").get("quote-style")
    return CodeStyle(
        _width(settings.get("line-length")), quotes if quotes in {"single", "double"} else "double", source
    )


def _width(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return WIDTH
    return min(max(value, NARROWEST), WIDEST)


def _table(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}
