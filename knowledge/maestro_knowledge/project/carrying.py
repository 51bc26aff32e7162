"""What was worked out about a project, carried over to the same project with some other texts.

What a function calls and gives follows from its module and from all that this one imports, by way of others
too. So it stays as it is wherever that way leads to no changed file, and to nothing that is known from
elsewhere: untyped parameters hold what their callers pass, `app.state` what any file puts there.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from maestro_knowledge.project.locating import Parts, folder_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import ancestors

_STATE = re.compile(r"\bstate\b|\bState\b")  # `app.state` and its class, by whatever way it is reached


def carry_over(before: Project, after: Project) -> None:
    """Notes in `after` what is known in `before` of the functions that nothing of the difference reaches."""
    unreached = _unreached(before, after)
    old, new = before.memory, after.memory
    for module in unreached:
        if (named := old.named.get(module)) is not None:
            new.named[module] = named
        for function in module.functions:
            if (calls := old.calls.get(function)) is not None:
                new.calls[function] = calls
            if (chains := old.chains.get(function)) is not None:
                new.settled[function] = chains


def _unreached(before: Project, after: Project) -> list[Module]:
    """The modules that both have, without those whose imports lead to what may have become another."""
    kept = set(before.modules)
    waiting = [module for module in after.modules if module not in kept]
    waiting += [module for module in after.modules if _names_state(module.text)]
    waiting += _owners(before.memory.parameters)
    waiting += _owners(after.memory.parameters)
    importers = _importers(after)
    reached: set[Module] = set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += importers[module]
    return [module for module in after.modules if module not in reached]


def _names_state(text: str) -> bool:
    return ("state" in text or "State" in text) and _STATE.search(text) is not None


def _owners(parameters: Mapping[ast.arg, object]) -> Iterator[Module]:
    for argument in parameters:
        definition = (getattr(node, "definition", None) for node in ancestors(argument))
        function = next((one for one in definition if isinstance(one, Function)), None)
        if function is not None:
            yield function.module


def _importers(project: Project) -> defaultdict[Module, list[Module]]:
    """For each module those that may see it: by an import, or below a package that an import binds."""
    importers: defaultdict[Module, list[Module]] = defaultdict(list)
    below = _below(project)
    for module in project.modules:
        for one in set(_seen_by(project, module, below)):
            importers[one].append(module)
    return importers


def _seen_by(project: Project, module: Module, below: Mapping[Parts, list[Module]]) -> Iterator[Module]:
    """Attributes of a package may be any of the modules below it, whoever has imported these."""
    memory = project.memory
    folder = folder_of(memory.parts[module], is_package=module.is_package)
    for name, level, is_bound in _imported(module):
        parts = memory.locator.locate(folder, name, level) if memory.locator and (name or level) else None
        if parts is not None:
            if (one := memory.by_parts.get(parts)) is not None:
                yield one
            if is_bound:
                yield from below.get(parts, ())


def _imported(module: Module) -> Iterator[tuple[str, int, bool]]:
    """What the imports of a module name, with their dots, and whether a name then stands for that itself."""
    for node in module.nodes.get(ast.Import, ()):
        for alias in node.names if isinstance(node, ast.Import) else ():
            parts = alias.name.split(".")
            yield from ((".".join(parts[:end]), 0, True) for end in range(1, len(parts) + 1))
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base, node.level, False
            for alias in node.names:
                yield f"{base}.{alias.name}".lstrip("."), node.level, True


def _below(project: Project) -> Mapping[Parts, list[Module]]:
    """The modules below each folder, at any depth."""
    found: defaultdict[Parts, list[Module]] = defaultdict(list)
    for parts, module in project.memory.by_parts.items():
        for end in range(len(parts)):
            found[parts[:end]].append(module)
    return found
