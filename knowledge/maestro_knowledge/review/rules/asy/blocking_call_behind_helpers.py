"""A coroutine calls helpers that end in something blocking."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.flow import Chain
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule, Severity
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.asy._blocking import confidence_of, hops_of, is_at_start, ways_on_loop
from maestro_knowledge.review.view import View

RULE = Rule(id="ASY106", name="blocking-call-behind-helpers", severity="error", umbrella=("API001",))

# The gravest first; what is not listed has a rule of its own or is not sure to block.
_GRAVITY: dict[str, Severity] = {
    "custom": "error",
    "http": "error",
    "database": "error",
    "process": "error",
    "network": "error",
    "sleep": "error",
    "cpu": "warning",
    "file": "warning",
    "spawn": "warning",
}
# Asking the file system for a name takes microseconds; that a helper does so is no news.
_GLANCE = Pattern(
    r"\.(?:exists|is_file|is_dir|isfile|isdir|islink|stat|getsize|getmtime|getctime|mkdir|makedirs|touch|unlink|remove)$"
)
_ORDER = {kind: number for number, kind in enumerate(_GRAVITY)}


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each call of a coroutine once, with the gravest of the ways that begin there."""
    worst: dict[object, Chain] = {}
    for chain in ways_on_loop(view, function):
        kind = chain.blocking.kind
        if kind not in _GRAVITY or (len(chain.sites) == 1 and kind != "custom"):
            continue
        if kind == "file" and _GLANCE.search(chain.blocking.name):
            continue
        if _runs_by_mistake(view, chain):
            continue
        known = worst.setdefault(chain.sites[0].node, chain)
        if _ORDER[kind] < _ORDER[known.blocking.kind]:
            worst[chain.sites[0].node] = chain
    for chain in worst.values():
        yield _report(view, function, chain)


def _runs_by_mistake(view: View, chain: Chain) -> bool:
    """Whether it is `add_task(job())`, which was to run later: that is another rule's."""
    outer = view.parent(chain.sites[0].node)
    if not isinstance(outer, ast.Call) or not isinstance(outer.func, ast.Attribute):
        return False
    return outer.func.attr == "add_task" and outer.args[:1] == [chain.sites[0].node]


def _report(view: View, function: Function, chain: Chain) -> Report:
    first, blocking = chain.sites[0], chain.blocking
    severity = _GRAVITY[blocking.kind]
    if chain.is_cached or is_at_start(view, function):
        severity = "info"  # once in the life of the process, or before requests are served
    steps = [site.function.name for site in chain.sites[:-1] if site.function]
    way = " → ".join([f"`{name}`" for name in [function.name, *steps]] + [f"`{blocking.name}`"])
    return Report(
        first.module,
        first.node,
        f"The event loop is blocked: {way}.",
        subject=" ".join([*steps, blocking.name]),
        hops=hops_of(chain),
        fix=f"Use {blocking.instead} at the end of the chain, or hand the first call to a thread: "
        "`await run_in_threadpool(…)`.",
        severity=severity,
        confidence=confidence_of(view, function),
    )
