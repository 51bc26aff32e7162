"""No liveness route was found."""

from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.mid._searching import ask_once, traces
from maestro_knowledge.review.rules.obs._health import (
    PACKAGES,
    is_live_path,
    live_routes,
    mounted_paths,
    ready_routes,
)
from maestro_knowledge.review.view import View

RULE = Rule(id="OBS401", name="no-liveness-route", severity="question", umbrella=("API007",))


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once how an orchestrator sees that the process is alive, if no route says so."""
    if live_routes(view) or ready_routes(view) or any(map(is_live_path, mounted_paths(view))):
        return
    if PACKAGES & traces(view).packages:
        return
    yield from ask_once(
        view,
        "I found no liveness route: how does the orchestrator see that the process is alive?",
        "GET /health, /healthz, /livez, /ping, /status and their like after every prefix, mounts, "
        "health libraries",
    )
