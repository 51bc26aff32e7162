"""The first line of every docs answer: version, commit, layer, age, and what was meant instead."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

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


def vault_review(chosen: "Chosen", next_step: str, now: datetime) -> str:
    """The header for whoever is about to work: version, layer, commit, age, and what would improve it."""
    info = chosen.info
    ages = [_age("commit of", info.committed_at, now), _age("indexed", info.indexed_at, now)]
    lines = [f"Vault review: {header_line(chosen)}", f"Age: {', '.join(age for age in ages if age)}."]
    if chosen.installed:
        lines.append(f"The project has FastAPI {chosen.installed}; the knowledge is {info.version}.")
    if next_step and next_step != "Nothing to do.":
        lines.append(f"To improve it: {next_step}")
    return "\n".join(lines)


def _age(label: str, moment: str, now: datetime) -> str:
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    days = max((now - then).days, 0)
    past = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{label} {then.date().isoformat()} ({past})"
