"""Which modules of a project import which others."""

import ast
from collections.abc import Collection, Iterator

from maestro_knowledge.project.locating import Parts, folder_of
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
    """The modules of the project that a module's imports name."""
    by_parts = project.memory.by_parts
    return tuple(by_parts[parts] for parts, _ in located_imports(project, module) if parts in by_parts)


def located_imports(project: Project, module: Module) -> tuple[tuple[Parts, bool], ...]:
    """The files and folders of the project that a module's imports name; remembered.

    With each stands whether a name is bound to it, as `from a import b` does for `a.b`, but not for `a`.
    """
    known = project.memory.imports.get(module)
    if known is None:
        known = project.memory.imports[module] = tuple(_located_imports(project, module))
    return known


def _located_imports(project: Project, module: Module) -> Iterator[tuple[Parts, bool]]:
    locator = project.memory.locator
    if locator is None:
        return
    folder = folder_of(project.memory.parts.get(module, ()), is_package=module.is_package)
    for name, level, is_bound in _named(module):
        parts = locator.locate(folder, name, level) if name or level else None
        if parts is not None:
            yield parts, is_bound


def _named(module: Module) -> Iterator[tuple[str, int, bool]]:
    """What the imports of a module name, with their dots, and whether a name is bound to it."""
    for node in module.nodes.get(ast.Import, ()):
        for alias in node.names if isinstance(node, ast.Import) else ():
            yield alias.name, 0, True
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base, node.level, False
            for alias in node.names:
                yield f"{base}.{alias.name}".lstrip("."), node.level, True
