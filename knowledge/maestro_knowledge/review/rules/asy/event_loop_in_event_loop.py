"""`asyncio.run` and its kin inside a function that already runs on the event loop."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import hops_of, ways_on_loop
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY112", name="event-loop-in-event-loop", severity="error")


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call, direct or behind helpers, that starts a loop from within one."""
    for chain in ways_on_loop(view, function):
        if chain.blocking.kind == "run":
            site = chain.sites[0]
            yield Report(
                site.module,
                site.node,
                f"`{chain.blocking.name}` starts an event loop below `{function.name}`, which runs on one.",
                subject=chain.blocking.name,
                hops=hops_of(chain),
            )
