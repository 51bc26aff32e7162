"""What blocks, and the ways that lead there."""

import ast
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from functools import cache, lru_cache

from maestro_knowledge.project.calls import calls_in, starts_on_loop
from maestro_knowledge.project.flow import Blocking, CallSite, Chain
from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.known import MOST_NAMES, bases_of, read_table
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.offloading import runs_elsewhere
from maestro_knowledge.project.switches import is_switched_off, never_runs
from maestro_knowledge.project.symbols import Function, Target

_MOST = 20
_LONGEST = 30
_VISITS = 40
_CACHES = frozenset({"functools.lru_cache", "functools.cache", "async_lru.alru_cache", "cachetools.cached"})

# Whether a call keeps the function that it enters from a place there; asked anew whenever a way is found.
_SwitchedOff = dict[tuple[CallSite, ast.AST], bool]


@cache
def _tables() -> tuple[
    dict[str, tuple[str, str, str]], dict[str, tuple[str, str, str]], dict[str, tuple[str, str, str]]
]:
    """Single names, `Class.*` and `Class.**`, each with kind, why and what to use instead."""
    single: dict[str, tuple[str, str, str]] = {}
    methods: dict[str, tuple[str, str, str]] = {}
    deep: dict[str, tuple[str, str, str]] = {}
    for row in read_table("blocking")["blocking"]:
        entry = (str(row["kind"]), str(row["why"]), str(row["instead"]))
        for name in row["names"]:
            table = deep if name.endswith(".**") else methods if name.endswith(".*") else single
            table.setdefault(name.rstrip("*").rstrip("."), entry)
    return single, methods, deep


@cache
def _exceptions() -> frozenset[str]:
    return frozenset(name for row in read_table("blocking")["blocking"] for name in row.get("but", ()))


def blocking_of(project: Project, target: Target | None) -> Blocking | None:
    """Why calling `target` blocks; None if nothing is known against it."""
    if target is None or target.kind != "external":
        return _custom(project, target.name) if target is not None else None
    found = _known(target.name)
    return found or _custom(project, target.name)


def _custom(project: Project, name: str) -> Blocking | None:
    if name in project.config.blocking:
        return Blocking(name, "custom", "the project lists it as blocking", "its asynchronous counterpart")
    return None


@lru_cache(maxsize=MOST_NAMES)
def _known(name: str) -> Blocking | None:
    single, methods, deep = _tables()
    owner, _, member = name.rpartition(".")
    for base in bases_of(owner) if owner else ():
        full = f"{base}.{member}"
        if full in _exceptions() or member.startswith("_"):
            return None
        entry = single.get(full) or methods.get(base)
        if entry is not None:
            return Blocking(name, *entry)
    while owner:
        if owner in deep:
            return Blocking(name, *deep[owner])
        owner = owner.rpartition(".")[0]
    return None


def blocking_chains(project: Project, function: Function) -> tuple[Chain, ...]:
    """The ways from a function to everything that blocks the thread it runs on, shortest first.

    Coroutines on the way are not entered, since they are functions of the loop in their own right; nor is
    what a thread, a process or a background task is handed.
    """
    memory = project.memory.chains
    if not memory:
        # What the loop reaches is nearly always all that is asked of.
        _find_all(project, _reached_from_loop(project))
    if function not in memory:
        _find_all(project, [one for module in project.modules for one in module.functions])
    return memory.get(function, ())


def _reached_from_loop(project: Project) -> list[Function]:
    """The functions that run on the event loop with all that they call, in the order of the project."""
    functions = [function for module in project.modules for function in module.functions]
    waiting = [function for function in functions if starts_on_loop(project, function)]
    reached: set[Function] = set()
    while waiting:
        function = waiting.pop()
        if function not in reached:
            reached.add(function)
            waiting += [
                site.function
                for site in calls_in(project, function)
                if site.hand_off is None and site.function is not None
            ]
    return [function for function in functions if function in reached]


def _find_all(project: Project, functions: Sequence[Function]) -> None:
    """All at once and in one order, so that what is found never depends on who asked first.

    The functions are all of the project, or some with all that they call: these get the same in either case.
    """
    memory = project.memory.chains
    settled = project.memory.settled
    memory.update({function: settled.get(function, ()) for function in functions})
    waiting = deque(function for function in functions if function not in settled)
    callers: defaultdict[Function, dict[Function, None]] = defaultdict(dict)
    for function in waiting:
        for site in calls_in(project, function):
            if site.hand_off is None and site.function is not None:
                callers[site.function][function] = None
    visits: Counter[Function] = Counter()
    switched_off: _SwitchedOff = {}
    while waiting:
        function = waiting.popleft()
        visits[function] += 1
        found = _chains(project, function, switched_off)
        if [_key(chain) for chain in found] != [_key(chain) for chain in memory[function]]:
            memory[function] = found
            waiting.extend(caller for caller in callers[function] if visits[caller] < _VISITS)


def _key(chain: Chain) -> tuple[object, ...]:
    return (*chain.sites, chain.blocking.name)


def _chains(project: Project, function: Function, switched_off: _SwitchedOff) -> tuple[Chain, ...]:
    found = [
        chain
        for site in calls_in(project, function)
        if site.hand_off is None
        for chain in _through(project, site, function, switched_off)
    ]
    found.sort(
        key=lambda chain: (len(chain.sites), chain.sites[0].node.lineno, chain.sites[0].node.col_offset)
    )
    return tuple(found[:_MOST])


def _through(project: Project, site: CallSite, function: Function, switched_off: _SwitchedOff) -> list[Chain]:
    """The ways that begin with a call, one for each thing that blocks, none of them in a circle."""
    blocking = blocking_of(project, site.target)
    if blocking is not None:
        return [] if never_runs(project, site) else [Chain((site,), blocking)]
    inner = site.function
    if inner is None or inner.is_async or runs_elsewhere(project, inner):
        return []
    cached = is_cached(project, inner)
    found: dict[str, Chain] = {}
    for chain in project.memory.chains.get(inner, ()):
        name = chain.blocking.name
        if name in found or len(chain.sites) >= _LONGEST:
            continue
        if any(step.caller is function for step in chain.sites):
            continue
        place = site, chain.sites[0].node
        if place not in switched_off:
            switched_off[place] = is_switched_off(project, site, inner, place[1])
        if not switched_off[place]:
            found[name] = Chain((site, *chain.sites), chain.blocking, cached or chain.is_cached)
    return list(found.values()) if found and not never_runs(project, site) else []


def is_cached(project: Project, function: Function) -> bool:
    """Whether a cache stands above the function, so that it runs once for the same arguments."""
    for decorator in function.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        target = (
            resolve_path(project, function.module, node)
            if isinstance(node, (ast.Name, ast.Attribute))
            else None
        )
        if target is not None and target.name in _CACHES:
            return True
    return False
