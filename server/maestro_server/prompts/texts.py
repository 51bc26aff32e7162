"""The texts of the ways of working: Markdown pages with places for calls and data."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from maestro_server.expert.quoting import one_line

_PLACE = re.compile(r"\{([a-z_]+)\}")
_OPTIONAL = frozenset({"in_project", "specification"})


class Open:
    """An argument of a call that whoever reads the prompt has to fill in."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


def call(tool: str, **arguments: Any) -> str:
    """The call as code, with what is known of its arguments; what is empty is left out."""
    given = [f"{name}={_shown(value)}" for name, value in arguments.items() if value not in ("", {}, ())]
    return f"`{tool}({', '.join(given)})`"


def write(page: str, **values: str) -> str:
    """The page with its places filled; a line without its value goes, and steps are numbered anew."""
    lines: list[str] = []
    number = 0
    for line in _read(page).splitlines():
        names = set(_PLACE.findall(line)) - _OPTIONAL
        if any(not values[name] for name in names - {"evidence"}):
            continue
        text = line
        if line.startswith("1. "):
            number += 1
            text = f"{number}. {line[3:]}"
        lines.append(_PLACE.sub(lambda found: _value(found[1], values), text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _value(name: str, values: dict[str, str]) -> str:
    return _read(name).strip() if name == "evidence" else values.get(name, "").strip("\n")


def _shown(value: Any) -> str:
    return repr(one_line(value, 300)) if isinstance(value, str) else repr(value)


@cache
def _read(page: str) -> str:
    return (files("maestro_server.prompts") / "pages" / f"{page}.md").read_text("utf-8")
