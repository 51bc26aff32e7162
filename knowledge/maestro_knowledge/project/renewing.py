"""The facts of a project with some other texts: what no change can reach is taken over.

Applications that have nothing to do with each other may lie in one folder, examples or services side by side.
What is wired in a module follows from it and from those that it is connected with, so that only these are
followed anew.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from maestro_knowledge.project.application import Route
from maestro_knowledge.project.connections import connected_with
from maestro_knowledge.project.facts import find_facts, id_of, order_of_app
from maestro_knowledge.project.model import ModelClass, Project
from maestro_knowledge.project.symbols import Module

T = TypeVar("T")


def renew_facts(before: Project, after: Project) -> Project:
    """`after` with everything that is wired in it, which `before` already has."""
    kept = set(before.modules)
    changed = {module.path for module in after.modules if module not in kept}
    reached = connected_with(before, changed) | connected_with(after, changed)
    renewed = tuple(module for module in after.modules if module.path in reached)
    names = Counter(module.name for module in after.modules)
    if len(renewed) == len(after.modules) or any(names[module.name] > 1 for module in renewed):
        return find_facts(after)  # routers are named after their modules, and numbered where these are alike
    part = find_facts(replace(after, modules=renewed))
    places = {module: number for number, module in enumerate(after.modules)}

    def spliced(old: Sequence[T], new: Sequence[T], module_of: Callable[[T], Module]) -> tuple[T, ...]:
        return tuple(_spliced(old, new, lambda one: module_of(one).path in reached))

    def by_module(old: Sequence[T], new: Sequence[T], module_of: Callable[[T], Module]) -> tuple[T, ...]:
        both = [*(one for one in old if module_of(one).path not in reached), *new]
        return tuple(sorted(both, key=lambda one: places[module_of(one)]))

    return replace(
        after,
        apps=tuple(sorted(spliced(before.apps, part.apps, lambda one: one.module), key=order_of_app)),
        routers=tuple(sorted(spliced(before.routers, part.routers, lambda one: one.module), key=id_of)),
        inclusions=spliced(before.inclusions, part.inclusions, lambda one: one.module),
        operations=spliced(before.operations, part.operations, lambda one: one.module),
        routes=spliced(before.routes, part.routes, _module_of_route),
        models=by_module(before.models, part.models, _module_of_model),
        background_tasks=by_module(before.background_tasks, part.background_tasks, lambda one: one.module),
        problems=(*after.problems, *part.problems),
    )


def _spliced(old: Sequence[T], new: Sequence[T], is_renewed: Callable[[T], bool]) -> Iterator[T]:
    """The old ones, each that is renewed replaced by the next new one."""
    fresh = iter(new)
    for one in old:
        if is_renewed(one):
            yield from (each for each in [next(fresh, None)] if each is not None)
        else:
            yield one
    yield from fresh


def _module_of_route(route: Route) -> Module:
    return route.operation.module


def _module_of_model(model: ModelClass) -> Module:
    return model.cls.module
