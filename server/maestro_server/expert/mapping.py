"""The map of an application."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import TOKEN, quote
from maestro_server.expert.answers import ABSOLUTE_BUDGET, Answer, outline
from maestro_server.expert.reviewing import load_project

if TYPE_CHECKING:
    from maestro_knowledge.project.app_map import View
    from maestro_server.expert.facade import Expert

VIEWS = ("routes", "dependencies", "imports", "models", "diagram")
BUDGET = ABSOLUTE_BUDGET * TOKEN - 1500


def map_app(expert: "Expert", path: str, *, view: str, whole: bool = False) -> Answer:
    """One side of an application, straight from the project model; `whole` cuts nothing."""
    from maestro_knowledge.project import app_map  # noqa: PLC0415 - loads when first needed

    if view not in VIEWS:
        raise BadArgument(f"There is no view {quote(view)}.", f"Allowed: {', '.join(VIEWS)}.")
    if not path.strip():
        raise BadArgument("There is nothing to map.", "Give the project's folder, or one file.")
    project = load_project(expert, "", path)
    data = json.loads(json.dumps(app_map.map_app(project, cast("View", view))))
    if not whole:
        _cut(data)
    return Answer(outline(data), data)


def _cut(data: dict[str, Any]) -> None:
    """Shortens the longest list until the answer fits, and counts what is not shown among the problems."""
    missing: Counter[str] = Counter()
    while max(len(json.dumps(data)), len(outline(data))) > BUDGET:
        lists = {name: rows for name, rows in data.items() if isinstance(rows, list) and len(rows) > 1}
        if not lists:
            data["diagram"] = ""
            missing["diagram"] += 1
            break
        name = max(lists, key=lambda key: (len(json.dumps(lists[key])), key))
        dropped = max(1, len(lists[name]) // 10)
        del lists[name][-dropped:]
        missing[name] += dropped
    for name, count in sorted(missing.items()):
        data["problems"].append(
            {
                "path": "",
                "why": f"{count} of `{name}` are not shown for their size: map one file or package, "
                "or run `fastapi-maestro map` in a terminal.",
            }
        )
