"""The map of an application."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from maestro_server.expert.answers import ABSOLUTE_BUDGET, Answer, outline
from maestro_server.expert.reviewing import load_project

if TYPE_CHECKING:
    from maestro_server.expert.facade import Expert


def map_app(expert: "Expert", path: str, *, view: str) -> Answer:
    """One side of an application, straight from the project model."""
    from maestro_knowledge.project.app_map import make_map  # noqa: PLC0415 - loads when first needed

    made = json.loads(json.dumps(asdict(make_map(load_project(expert, "", path), view=view))))
    return Answer(outline(made)[: ABSOLUTE_BUDGET * 4], made)
