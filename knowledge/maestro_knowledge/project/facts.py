"""Applications, routers, routes, models and background tasks of a project, found in its modules."""

from collections import Counter
from operator import attrgetter

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.application import App
from maestro_knowledge.project.background import find_background_tasks
from maestro_knowledge.project.data_models import find_models
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.versions import has_live_routers
from maestro_knowledge.project.wiring.equipping import equip
from maestro_knowledge.project.wiring.follow import follow
from maestro_knowledge.project.wiring.serving import Assembly
from maestro_knowledge.project.wiring.values import Draft, Joined, Value, Wired


def find_facts(project: Project) -> Project:
    """The project with everything that is wired in it."""
    wiring = follow(project)
    joined = {entry.child for wired in wiring.wired for entry in wired.entries if isinstance(entry, Joined)}
    used = [w for w in wiring.wired if w.entries or w.attached or not w.is_assumed or w in joined]
    known = _distinct(used, joined)
    ids = _name_all(known)
    apps: dict[Wired, App] = {}
    assembly = Assembly(wiring, has_live_routers(project.versions), apps, ids)
    apps.update({wired: equip(wiring, wired, assembly.router(wired)) for wired in known if wired.is_app})
    roots = [wired for wired in known if wired not in joined or _includes_itself(wired)]
    ordered = sorted(roots, key=lambda wired: (not wired.is_app, wired.module.is_test, ids[wired]))
    routes = tuple(route for wired in ordered for route in assembly.routes(wired))
    for wired in known:
        assembly.router(wired)
    return replace(
        project,
        apps=tuple(sorted(apps.values(), key=_order_of_app)),
        routers=tuple(sorted(assembly.routers.values(), key=attrgetter("id"))),
        inclusions=tuple(sorted(assembly.inclusions.values(), key=lambda inclusion: inclusion.order)),
        operations=tuple(sorted(assembly.operations.values(), key=lambda operation: operation.order)),
        routes=routes,
        models=find_models(project),
        background_tasks=find_background_tasks(project),
        problems=(*project.problems, *dict.fromkeys(wiring.problems)),
    )


def _order_of_app(app: App) -> tuple[bool, str]:
    """By their names, those of tests last."""
    return app.module.is_test, app.id


def _distinct(used: list[Wired], joined: set[Value]) -> list[Wired]:
    """Without what a factory makes again when it is called again; the one that a module keeps is kept."""
    best: dict[object, Wired] = {}
    for wired in used:
        key = _likeness(wired) if wired.is_app and wired not in joined else wired
        other = best.get(key)
        if other is None or (wired.is_module_level and not other.is_module_level):
            best[key] = wired
    kept = set(best.values())
    return [wired for wired in used if wired in kept]


def _likeness(wired: Wired) -> tuple[object, ...]:
    paths = tuple(
        (entry.node, entry.path if isinstance(entry, Draft) else entry.prefix) for entry in wired.entries
    )
    return wired.node, wired.prefix, paths


def _includes_itself(wired: Wired) -> bool:
    return any(isinstance(entry, Joined) and entry.child is wired for entry in wired.entries)


def _name_all(known: list[Wired]) -> dict[Wired, str]:
    """One identifier for each router: module and name, numbered where a function made several."""
    taken: Counter[str] = Counter()
    names: dict[Wired, str] = {}
    for wired in known:
        line = getattr(wired.node, "lineno", 0)
        base = f"{wired.module.name}:{wired.name or f'line {line}'}"
        taken[base] += 1
        names[wired] = base if taken[base] == 1 else f"{base}#{taken[base]}"
    return names
