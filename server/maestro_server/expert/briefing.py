"""What a way of working starts from: the vault, the kind of work, what is decided and what is open."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass
from maestro_server.expert.choices import Choice, decided, open_choices
from maestro_server.expert.header import installed_version, vault_review

if TYPE_CHECKING:
    from maestro_knowledge.profiles.works import Work
    from maestro_server.expert.facade import Expert

# The index and the project model load when first needed.
# ruff: noqa: PLC0415


@dataclass(frozen=True, slots=True)
class Brief:
    """The state of things: `review` of the vault, the `work` that a pattern does, choices made and open.

    `name` is what the pattern calls its feature when nobody names it.
    """

    review: str
    work: "Work | None"
    is_built: bool
    name: str
    made: dict[str, tuple[str, str]]
    open: tuple[Choice, ...]


def brief(expert: "Expert", task: str, project: str, *, design: bool = False) -> Brief:
    """What is known before the first call."""
    from maestro_knowledge.profiles.works import find_work
    from maestro_server.expert.project_facts import read_facts

    facts = read_facts(expert, project) if project.strip() else None
    work = find_work(task)
    pattern = work.pattern if work else ""
    return Brief(
        review=_review(expert, project),
        work=work,
        is_built=_is_built(pattern),
        name=_default_name(pattern),
        made=decided(task, facts),
        open=open_choices(task, pattern, facts, design=design),
    )


def _review(expert: "Expert", project: str) -> str:
    from maestro_indexer.choice import choose
    from maestro_indexer.model import Wanted

    installed = installed_version(expert, project)
    try:
        chosen = choose(expert.library.view(), Wanted(installed=installed))
    except MaestroError as error:
        return f"Vault review: {error}"
    return vault_review(chosen, "", datetime.now(UTC))


def _default_name(pattern: str) -> str:
    from maestro_knowledge.scaffold.catalog import read_patterns

    known = read_patterns().get(pattern)
    return known.default_name if known else ""


def _is_built(pattern: str) -> bool:
    from maestro_knowledge.profiles.works import SERVICE
    from maestro_knowledge.scaffold.catalog import read_patterns

    return pattern == SERVICE or pattern in read_patterns()
