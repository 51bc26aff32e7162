"""What a project imports, and whether its ordinary use blocks the event loop."""

import ast
import sys
from functools import cache
from typing import Literal

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.calls import starts_on_loop
from maestro_knowledge.project.flow import Blocking
from maestro_knowledge.project.known import read_table
from maestro_knowledge.project.lookup import import_target
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module


@dataclass(frozen=True, slots=True)
class Imported:
    """A package that the project imports; `why` is empty where nothing is known against it."""

    name: str
    kind: Literal["standard library", "third party"]
    files: tuple[str, ...]
    why: str = ""
    instead: str = ""
    used_in_async: tuple[str, ...] = ()  # "path:line function", where the event loop waits for it


@cache
def _blocking_modules() -> dict[str, tuple[str, str]]:
    return {
        str(row["name"]): (str(row["why"]), str(row["instead"])) for row in read_table("blocking")["module"]
    }


def imported_packages(project: Project) -> tuple[Imported, ...]:
    """Every package from outside that the modules in scope import, by name."""
    files: dict[str, set[str]] = {}
    for module in project.modules:
        if module.in_scope:
            for name in _imported_names(project, module):
                files.setdefault(name, set()).add(module.path)
    used = _uses_on_loop(project)
    return tuple(_imported(name, files[name], used.get(name, {})) for name in sorted(files))


def _imported(name: str, files: set[str], used: dict[str, Blocking]) -> Imported:
    """One package; where the table has nothing against it, what is said of its call that blocks."""
    why, instead = _blocking_modules().get(name, ("", ""))
    if not why and used:
        first = used[min(used)]
        why, instead = first.why, first.instead
    kind: Literal["standard library", "third party"] = (
        "standard library" if name.partition(".")[0] in sys.stdlib_module_names else "third party"
    )
    return Imported(name, kind, tuple(sorted(files)), why, instead, tuple(sorted(used)))


def blocking_imports(project: Project) -> tuple[Imported, ...]:
    """The imported packages whose ordinary use blocks."""
    return tuple(imported for imported in imported_packages(project) if imported.why)


def _imported_names(project: Project, module: Module) -> set[str]:
    found: set[str] = set()
    for node in module.nodes.get(ast.Import, ()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if not _is_own(project, module, alias.name):
                    found.add(_package(alias.name))
    for node in module.nodes.get(ast.ImportFrom, ()):
        absolute = isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__"
        if isinstance(node, ast.ImportFrom) and absolute and not _is_own(project, module, node.module or ""):
            found |= {_package(f"{node.module}.{alias.name}") for alias in node.names}
    return found - {""}


def _is_own(project: Project, module: Module, name: str) -> bool:
    return import_target(project, module, name, 0, only_project=True) is not None


def _package(name: str) -> str:
    """The package that a dotted name belongs to, as deep as the table of blocking modules knows it."""
    parts = name.split(".")
    for end in range(len(parts), 1, -1):
        if ".".join(parts[:end]) in _blocking_modules():
            return ".".join(parts[:end])
    if parts[:2] == ["redis", "asyncio"]:
        return "redis.asyncio"
    return parts[0]


def _uses_on_loop(project: Project) -> dict[str, dict[str, Blocking]]:
    """By package and place, where a function of the loop in scope reaches a blocking call."""
    found: dict[str, dict[str, Blocking]] = {}
    for module in project.modules:
        for function in module.functions if module.in_scope else ():
            if not starts_on_loop(project, function):
                continue
            for chain in blocking_chains(project, function):
                place = f"{module.path}:{chain.sites[0].node.lineno} {function.qualname}"
                found.setdefault(_package(chain.blocking.name), {}).setdefault(place, chain.blocking)
    return found
