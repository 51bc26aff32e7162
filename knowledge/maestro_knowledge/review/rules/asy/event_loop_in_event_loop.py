"""`asyncio.run` and its kin inside a function that already runs on the event loop."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.flow import Chain
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import hops_of, ways_on_loop
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY112", name="event-loop-in-event-loop", severity="error")

_LOOKS = frozenset({"asyncio.get_running_loop", "asyncio.current_task", "sniffio.current_async_library"})


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call, direct or behind helpers, that starts a loop from within one."""
    for chain in ways_on_loop(view, function):
        if chain.blocking.kind == "run" and not _asks_first(view, chain):
            site = chain.sites[0]
            yield Report(
                site.module,
                site.node,
                f"`{chain.blocking.name}` starts an event loop below `{function.name}`, which runs on one.",
                subject=chain.blocking.name,
                hops=hops_of(chain),
                confidence="medium" if len(chain.sites) > 1 else None,
            )


def _asks_first(view: View, chain: Chain) -> bool:
    """Whether a helper on the way looks for a running loop, and starts one only where there is none."""
    helpers = [site.caller for site in chain.sites[1:] if site.caller is not None]
    return any(
        view.name(helper.module, node.func) in _LOOKS or getattr(node.func, "attr", "") == "is_running"
        for helper in helpers
        for node in helper.scope.nodes
        if isinstance(node, ast.Call)
    )
