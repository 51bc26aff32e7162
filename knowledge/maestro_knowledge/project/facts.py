"""Applications, routers, routes, models and background tasks of a project, found in its modules."""

from collections import Counter
from dataclasses import replace

from maestro_knowledge.project.application import App
from maestro_knowledge.project.background import find_background_tasks
from maestro_knowledge.project.data_models import find_models
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.versions import has_live_routers
from maestro_knowledge.project.wiring.equipping import equip
from maestro_knowledge.project.wiring.follow import follow
from maestro_knowledge.project.wiring.serving import Assembly
from maestro_knowledge.project.wiring.values import Joined, Wired


def find_facts(project: Project) -> Project:
    """The project with everything that is wired in it."""
    wiring = follow(project)
    joined = {entry.child for wired in wiring.wired for entry in wired.entries if isinstance(entry, Joined)}
    known = [
        wired
        for wired in wiring.wired
        if wired.entries or wired.attached or not wired.is_assumed or wired in joined
    ]
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
        apps=tuple(sorted(apps.values(), key=lambda app: (app.module.is_test, app.id))),
        routers=tuple(sorted(assembly.routers.values(), key=lambda router: router.id)),
        inclusions=tuple(sorted(assembly.inclusions.values(), key=lambda inclusion: inclusion.order)),
        operations=tuple(sorted(assembly.operations.values(), key=lambda operation: operation.order)),
        routes=routes,
        models=find_models(project),
        background_tasks=find_background_tasks(project),
        problems=(*project.problems, *dict.fromkeys(wiring.problems)),
    )


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
