"""No readiness route was found."""

from collections.abc import Iterator

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.app_map import shown_path
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

RULE = Rule(id="OBS402", name="no-readiness-route", severity="question", umbrella=("API007",))


def check(_: Project, view: View) -> Iterator[Ask]:
    """Asks once what says that the application can serve, if no route asks what it depends on."""
    if ready_routes(view) or any(map(is_live_path, mounted_paths(view))) or PACKAGES & traces(view).packages:
        return
    live = [
        f"{route.operation.module.path}:{route.operation.node.lineno} GET {shown_path(route)}"
        for route in live_routes(view)
    ]
    for question in ask_once(
        view,
        "I found no readiness route: what tells the load balancer that database and co. can be reached?",
        "GET /ready, /readyz, /readiness after every prefix, a health route that asks what it depends on",
    ):
        yield replace(question, seen_near=tuple(live[:5])) if live else question
