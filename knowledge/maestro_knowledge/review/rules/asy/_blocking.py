"""Blocking calls on the event loop: those that count, how grave they are, and how they are reported."""

import ast
from collections.abc import Collection, Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project import calls
from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.flow import CallSite, Chain
from maestro_knowledge.project.results import is_context_manager
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Confidence
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

_AT_START = frozenset({"lifespan", "startup", "shutdown"})
_SERVING = frozenset(
    {"path operation", "websocket", "dependency", "middleware", "exception handler", "background task"}
)
_LOOP_STARTERS = frozenset({"asyncio.run", "anyio.run", "uvloop.run", "trio.run", "asyncio.Runner.run"})
_COMMANDS = frozenset({"command", "group", "callback"})
_CONSUMERS = frozenset(
    f"builtins.{name}"
    for name in (
        "list",
        "tuple",
        "set",
        "dict",
        "sorted",
        "sum",
        "next",
        "any",
        "all",
        "min",
        "max",
        "frozenset",
    )
)
_FOLLOWING = Pattern(
    r"^io\.|^smtplib\.\w+\.|\.(?:fetchone|fetchall|fetchmany|getresponse)$|HTTPResponse\.read$"
)
_DEPTH = 6


def ways_on_loop(view: View, function: Function) -> tuple[Chain, ...]:
    """The ways from a function of the event loop to what blocks it there; none for other functions."""
    known: dict[Function, tuple[Chain, ...]] = view.once("asy.ways", dict)
    if function not in known:  # seven rules ask this of every function
        known[function] = tuple(_ways(view, function)) if calls.starts_on_loop(view.project, function) else ()
    return known[function]


def direct_reports(view: View, function: Function, kinds: Collection[str]) -> Iterator[tuple[Chain, Report]]:
    """A report for each call of these kinds that stands in the function itself, with its chain."""
    for chain in ways_on_loop(view, function):
        if len(chain.sites) == 1 and chain.blocking.kind in kinds:
            site = chain.sites[0]
            yield (
                chain,
                Report(
                    site.module,
                    site.node,
                    f"`{_short(chain.blocking.name, site)}` blocks the event loop in `{function.name}`.",
                    subject=chain.blocking.name,
                    fix=f"Use {chain.blocking.instead}.",
                    severity="info" if is_at_start(view, function) else None,
                    confidence=confidence_of(view, function),
                ),
            )


def hops_of(chain: Chain) -> tuple[Hop, ...]:
    """Every call behind the first one, the last with what it does to the loop."""
    last = len(chain.sites) - 1
    return tuple(
        Hop(
            site.module,
            site.node,
            f"in `{site.caller.name}`: {chain.blocking.why}" if number == last and site.caller else _in(site),
        )
        for number, site in enumerate(chain.sites)
        if number
    )


def is_at_start(view: View, function: Function) -> bool:
    """Whether it runs only before requests are served, or in a script: it delays, and stalls nobody."""
    return view.once(("asy start", function), lambda: _is_at_start(view, function, _DEPTH, set()))


def confidence_of(view: View, function: Function) -> Confidence | None:
    """Less than the rule's where nothing shows that the coroutine is run at all."""
    frame = calls.frame_of(view.project, function)
    if frame is not None and frame.role == "coroutine" and not calls.callers_of(view.project, function):
        return "medium"
    return None


def _short(name: str, site: CallSite) -> str:
    """As the code spells it, with the real name where that says more."""
    written = ast.unparse(site.node.func)
    written = written if len(written) <= 60 else f"…{written[-50:]}"
    if "\n" in written:
        return name
    return written if name.endswith(written) or written.endswith(name.rpartition(".")[2]) else name


def _in(site: CallSite) -> str:
    return f"in `{site.caller.name}`" if site.caller else ""


def _ways(view: View, function: Function) -> Iterator[Chain]:
    chains = blocking_chains(view.project, function)
    # Reading from what was opened, asked or queried in the same function is one fault with that.
    begun = {chain.blocking.kind for chain in chains if _is_begin(chain)}
    for chain in chains:
        if len(chain.sites) == 1 and _is_asynchronous_use(view, chain.sites[0]):
            continue
        if chain.blocking.name.endswith(".close"):
            continue  # a wildcard of its class means the methods that ask the service
        if not all(_runs(view, site) for site in chain.sites[:-1]):
            continue
        if len(chain.sites) == 1 and chain.blocking.kind in begun and not _is_begin(chain):
            continue
        yield chain


def _is_begin(chain: Chain) -> bool:
    return len(chain.sites) == 1 and not _FOLLOWING.search(chain.blocking.name)


def _is_asynchronous_use(view: View, site: CallSite) -> bool:
    """`await`, `async with` and `async for` show that the object is an asynchronous one after all."""
    parent = view.parent(site.node)
    if isinstance(parent, ast.withitem):
        return isinstance(view.parent(parent), ast.AsyncWith)
    return site.is_awaited or (isinstance(parent, ast.AsyncFor) and parent.iter is site.node)


def _runs(view: View, site: CallSite) -> bool:
    """Whether the call runs the function at once: a generator only makes what others may iterate."""
    inner = site.function
    if inner is None or not inner.is_generator:
        return True
    parent = view.parent(site.node)
    if is_context_manager(view.project, inner):
        return isinstance(parent, ast.withitem) or (
            isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "enter_context"
        )
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is site.node
    if isinstance(parent, ast.YieldFrom | ast.Starred):
        return True
    if not isinstance(parent, ast.Call):
        return False
    return view.name(site.module, parent.func) in _CONSUMERS or getattr(parent.func, "attr", "") == "join"


def _is_at_start(view: View, function: Function, depth: int, seen: set[Function]) -> bool:
    frame = calls.frame_of(view.project, function)
    if (frame is not None and frame.role in _AT_START) or _is_command(function):
        return True
    if depth == 0 or function in seen or (frame is not None and frame.role in _SERVING):
        return False
    seen.add(function)
    callers = calls.callers_of(view.project, function)
    return bool(callers) and all(_starts(view, site, depth, seen) for site in callers)


def _is_command(function: Function) -> bool:
    """Whether it is a command of a terminal program (`@cli.command()`), with a loop of its own."""
    callees = (one.func if isinstance(one, ast.Call) else one for one in function.node.decorator_list)
    return any(isinstance(callee, ast.Attribute) and callee.attr in _COMMANDS for callee in callees)


def _starts(view: View, site: CallSite, depth: int, seen: set[Function]) -> bool:
    if site.caller is None:
        return True
    if not site.caller.is_async and not calls.starts_on_loop(view.project, site.caller):
        around = view.parent(site.node)
        return isinstance(around, ast.Call) and view.name(site.module, around.func) in _LOOP_STARTERS
    return _is_at_start(view, site.caller, depth - 1, seen)
