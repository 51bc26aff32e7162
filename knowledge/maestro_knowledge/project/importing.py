"""Which modules of a project import which others."""

import ast
from collections.abc import Collection, Iterator

from maestro_knowledge.project.lookup import import_target
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module


def importers_of(project: Project, paths: Collection[str]) -> frozenset[str]:
    """The paths of the modules that import one of these, by any spelling."""
    return frozenset(
        module.path
        for module in project.modules
        if any(found.path in paths for found in imported_modules(project, module))
    )


def imported_modules(project: Project, module: Module) -> tuple[Module, ...]:
    """The modules of the project that a module's imports name; remembered."""
    known = project.memory.imports.get(module)
    if known is None:
        known = project.memory.imports[module] = tuple(_imported_modules(project, module))
    return known


def _imported_modules(project: Project, module: Module) -> Iterator[Module]:
    for node in module.nodes.get(ast.Import, ()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(project, module, alias.name, 0)
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield from _module(project, module, base, node.level)
            for alias in node.names:
                yield from _module(project, module, f"{base}.{alias.name}".lstrip("."), node.level)


def _module(project: Project, module: Module, name: str, level: int) -> Iterator[Module]:
    target = import_target(project, module, name, level, only_project=True)
    if target is not None and target.module is not None:
        yield target.module
