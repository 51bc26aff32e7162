"""What goes back: one text, and the same facts as data."""

from typing import Any

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import count_tokens

ABSOLUTE_BUDGET = 8000


@dataclass(frozen=True, slots=True)
class Answer:
    """The same answer twice: `text` for whoever reads, `data` for whoever computes; each complete."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """What the text costs a model."""
        return count_tokens(self.text)


def outline(data: Any, depth: int = 0) -> str:
    """Plain data as an indented outline that leaves nothing out but what is empty."""
    return "\n".join(_lines(data, depth))


def _lines(data: Any, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(data, dict):
        return [line for key, value in data.items() for line in _entry(f"{pad}{key}:", value, depth)]
    if isinstance(data, list):
        return [line for item in data for line in _item(item, depth)]
    return [f"{pad}{_scalar(data)}"]


def _entry(label: str, value: Any, depth: int) -> list[str]:
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, list) and all(not isinstance(item, dict | list) for item in value):
        return [f"{label} {', '.join(_scalar(item) for item in value)}"]
    if isinstance(value, dict | list):
        return [label, *_lines(value, depth + 1)]
    if isinstance(value, str) and "\n" in value:
        return [label, *("  " * (depth + 1) + line for line in value.splitlines())]
    return [f"{label} {_scalar(value)}"]


def _item(item: Any, depth: int) -> list[str]:
    pad = "  " * depth
    lines = _lines(item, depth + 1)
    if not lines:
        return []
    return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
