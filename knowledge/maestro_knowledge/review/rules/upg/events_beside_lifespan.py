"""`on_event` handlers beside `lifespan=`, which never run."""

from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG602", name="events-beside-lifespan", severity="error", fix="suggest")


def check(app: App, _: View) -> Iterator[Report]:
    """Reports each start-up or shutdown handler of an application that has a lifespan as well."""
    lifespans = [one for one in app.lifespans if one.kind == "lifespan"]
    if not lifespans:
        return
    for event in app.lifespans:
        if event.kind == "lifespan" or not event.module.in_scope:
            continue
        name = event.function.name if event.function else event.kind
        yield Report(
            event.module,
            event.node,
            f"`{name}` is registered for {event.kind}, but the application has a `lifespan`: it never runs.",
            subject=name,
            hops=(Hop(lifespans[0].module, lifespans[0].node, "the lifespan that runs instead"),),
        )
