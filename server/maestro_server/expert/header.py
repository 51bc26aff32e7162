"""The first line of every docs answer: version, commit, layer, age, and what was meant instead."""

from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import MaestroError

if TYPE_CHECKING:
    from maestro_indexer.choice import Chosen
    from maestro_server.expert.facade import Expert


def installed_version(expert: "Expert", project: str, package: str = "fastapi") -> str:
    """The version of a package that a project has, empty where none is named or known."""
    if not project.strip():
        return ""
    from maestro_knowledge.project.versions import find_versions  # noqa: PLC0415 - few calls name a project

    folder = expert.roots.resolve(project)
    return find_versions(folder, expert.roots.holding(folder))[package].version or ""


def header_facts(chosen: "Chosen") -> dict[str, str]:
    """What the header says, as data."""
    info = chosen.info
    return {
        "version": info.version,
        "commit": info.commit[:7],
        "layer": info.layer,
        "indexed_at": info.indexed_at[:10],
        "installed": chosen.installed,
    }


def header_line(chosen: "Chosen") -> str:
    """What the header says, as a line."""
    facts = header_facts(chosen)
    name = "FastAPI" if chosen.info.name == "fastapi" else chosen.info.name
    commit = f" · commit {facts['commit']}" if facts["commit"] else ""
    line = f"{name} {facts['version']}{commit} · {facts['layer']} · indexed {facts['indexed_at']}"
    return f"{line}\n{chosen.note}" if chosen.note else line


def vault_review(expert: "Expert", project: str) -> str:
    """The header for whoever is about to work: the same line, or why there is none."""
    from maestro_indexer.choice import choose  # noqa: PLC0415 - opens the index
    from maestro_indexer.model import Wanted  # noqa: PLC0415

    installed = installed_version(expert, project)
    try:
        chosen = choose(expert.library.view(), Wanted(installed=installed))
    except MaestroError as error:
        return str(error)
    line = header_line(chosen)
    has = f"\nThe project has FastAPI {installed}." if installed else ""
    return f"Vault review: {line}{has}"
