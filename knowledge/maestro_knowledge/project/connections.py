"""Which modules of a project can have to do with each other: by imports, or by what `app.state` holds."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.importing import located_imports
from maestro_knowledge.project.locating import Parts, folder_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module

_STATE = Pattern(r"\bstate\b|\bState\b")  # `app.state` and its class, by whatever way it is reached


def connected_with(project: Project, paths: Collection[str]) -> frozenset[str]:
    """The paths of the modules that these are connected with: by imports of either side, at any distance.

    All that name `app.state` count as connected, and a `conftest.py` with every module beside or below it.
    """
    groups = groups_of(project)
    return frozenset(
        other.path for module in project.modules if module.path in paths for other in groups[module]
    )


def groups_of(project: Project) -> dict[Module, tuple[Module, ...]]:
    """For each module all those that it is connected with, itself too, in the order of the project."""
    groups = project.memory.groups
    if not groups:
        links = _links(project)
        places = {module: number for number, module in enumerate(project.modules)}
        for module in project.modules:
            if module not in groups:
                reached = reached_from([module], links) & places.keys()  # of a part of a project only its own
                group = tuple(sorted(reached, key=places.__getitem__))
                groups.update(dict.fromkeys(group, group))
    return groups


def connected_with_change(before: Project, after: Project) -> frozenset[str]:
    """The paths of the modules that are connected with those that differ, as they were or as they are now."""
    kept = set(before.modules)
    changed = [module for module in after.modules if module not in kept]
    below = _below(after)
    start = {one.path for module in changed for one in (module, *_seen_by(after, module, below))}
    if any(names_state(module.text) for module in changed):
        start |= {module.path for module in before.modules if names_state(module.text)}
    return connected_with(before, start)


def reached_from(start: Iterable[Module], links: Mapping[Module, Sequence[Module]]) -> set[Module]:
    """These modules, and all that the links lead to from them."""
    waiting = list(start)
    reached: set[Module] = set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += links.get(module, ())
    return reached


def _links(project: Project) -> defaultdict[Module, list[Module]]:
    """For each module those that it is connected with directly."""
    links: defaultdict[Module, list[Module]] = defaultdict(list)
    pairs = [(one, other) for one, others in importers_by_module(project).items() for other in others]
    stateful = [module for module in project.modules if names_state(module.text)]
    pairs += pairwise(stateful)
    for fixtures in project.modules:
        folder, _, name = fixtures.path.rpartition("/")
        if name == "conftest.py":
            below = f"{folder}/" if folder else ""
            pairs += [(fixtures, module) for module in project.modules if module.path.startswith(below)]
    for one, other in pairs:
        links[one].append(other)
        links[other].append(one)
    return links


def names_state(text: str) -> bool:
    """Whether the text may put something into `app.state`, or take it from there."""
    return ("state" in text or "State" in text) and _STATE.search(text) is not None


def importers_by_module(project: Project) -> defaultdict[Module, list[Module]]:
    """For each module those that may see it: by an import, or below a package that an import binds."""
    importers = project.memory.importers
    if not importers:
        below = _below(project)
        for module in project.modules:
            for one in set(_seen_by(project, module, below)):
                importers[one].append(module)
    return importers


def _seen_by(project: Project, module: Module, below: Mapping[Parts, list[Module]]) -> Iterator[Module]:
    """Attributes of a package may be any of the modules below it, whoever has imported these."""
    for parts, is_bound in (*located_imports(project, module), *_packages_named(project, module)):
        if (one := project.memory.by_parts.get(parts)) is not None:
            yield one
        if is_bound:
            yield from below.get(parts, ())


def _packages_named(project: Project, module: Module) -> Iterator[tuple[Parts, bool]]:
    """The packages that `import a.b.c` names on the way: `a`, which it binds, and `a.b`."""
    locator, parts = project.memory.locator, project.memory.parts[module]
    for node in module.nodes.get(ast.Import, ()):
        for alias in node.names if isinstance(node, ast.Import) else ():
            package = alias.name
            while locator is not None and (package := package.rpartition(".")[0]):
                found = locator.locate(folder_of(parts, is_package=module.is_package), package)
                if found is not None:
                    yield found, True


def _below(project: Project) -> Mapping[Parts, list[Module]]:
    """The modules below each folder, at any depth."""
    found: defaultdict[Parts, list[Module]] = defaultdict(list)
    for parts, module in project.memory.by_parts.items():
        for end in range(len(parts)):
            found[parts[:end]].append(module)
    return found
