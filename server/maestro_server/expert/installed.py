"""How a symbol differs in the version that a project has installed."""

from pathlib import Path
from typing import TYPE_CHECKING

from maestro_server.expert.comparing import known_contents

if TYPE_CHECKING:
    from maestro_indexer.lookup import Found
    from maestro_knowledge.vault.model import Symbol
    from maestro_server.expert.facade import Expert

# griffe loads only where versions differ.
# ruff: noqa: PLC0415

_ENVIRONMENTS = (".venv", "venv", "env")


def describe_difference(expert: "Expert", found: "Found", installed: str, project: str) -> str:
    """One line on the parameters that differ, that the symbol is missing, or that nobody can tell."""
    section = found.section
    if section.kind != "api" or section.source.name != "fastapi" or not installed:
        return ""
    if section.source.version == installed:
        return ""
    from maestro_knowledge.upgrade.finding import find_surface

    known = known_contents(expert)
    folder = expert.roots.resolve(project)
    theirs = find_surface(installed, known=known, folders=_site_packages(folder))
    ours = find_surface(section.source.version, known=known)
    if theirs is None or ours is None or section.id not in ours.names:
        return f"The project has FastAPI {installed}; how this differs there cannot be seen from here."
    if section.id not in theirs.names:
        return f"FastAPI {installed}, which the project has, does not have `{section.id}`."
    changes = list(_changes(theirs.names[section.id], ours.names[section.id]))
    if not changes:
        return f"In FastAPI {installed}, which the project has, it takes the same parameters."
    return f"In FastAPI {installed}, which the project has: {'; '.join(changes)}."


def _changes(theirs: "Symbol", ours: "Symbol") -> list[str]:
    here = {parameter.name: parameter for parameter in ours.parameters}
    there = {parameter.name: parameter for parameter in theirs.parameters}
    changes = [f"no `{name}`" for name in here if name not in there]
    changes += [f"also `{name}`" for name in there if name not in here]
    changes += [
        f"`{name}` defaults to `{there[name].default or 'nothing'}`"
        for name in here
        if name in there and here[name].default != there[name].default
    ]
    if theirs.deprecated != ours.deprecated:
        changes.append("it is deprecated" if theirs.deprecated else "it is not deprecated")
    return changes


def _site_packages(folder: Path) -> list[Path]:
    """The site-packages of the environment that lies in the project or around it."""
    places = [folder if folder.is_dir() else folder.parent]
    places += list(places[0].parents)[:2]
    return [
        packages
        for place in places
        for name in _ENVIRONMENTS
        for packages in sorted((place / name).glob("[Ll]ib/**/site-packages"))[:1]
    ]
