"""Things that a service needs, and how each of them is asked whether it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from maestro_knowledge.scaffold.addresses import read_url
from maestro_knowledge.scaffold.features import PartName, read_part_name
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import DependencyPart

KINDS = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "database": "postgres",
    "db": "postgres",
    "redis": "redis",
    "cache": "redis",
    "aioredis": "redis",
    "llm": "llm",
    "litellm": "llm",
    "openai": "llm",
    "ollama": "llm",
    "convex": "convex",
}
"""What a name says about its kind; everything else is spoken to over HTTP."""

ADDRESSES = {
    "postgres": ("postgres", "postgresql"),
    "redis": ("redis", "rediss"),
}


@dataclass(frozen=True, slots=True)
class Probed:
    """A thing that a service needs."""

    name: PartName
    kind: str
    url: str

    @property
    def is_http(self) -> bool:
        """Whether it is asked over HTTP."""
        return self.kind not in ADDRESSES


def read_dependencies(parts: Sequence[DependencyPart], where: str, refusals: Refusals) -> tuple[Probed, ...]:
    """The checked dependencies, in the order given."""
    taken: set[str] = set()
    found: list[Probed] = []
    for number, part in enumerate(parts):
        place = f"{where}[{number}]"
        name = read_part_name(part.name, f"{place}.name", taken, refusals)
        if name is None:
            continue
        kind = part.kind or guess_kind(name)
        schemes = ADDRESSES.get(kind, ("http", "https"))
        found.append(Probed(name, kind, read_url(part.base_url, f"{place}.base_url", refusals, schemes)))
    for kind in ADDRESSES:
        if sum(one.kind == kind for one in found) > 1:
            refusals.add(where, f"two dependencies of kind {kind}", "one of a kind can be asked")
    return tuple(found)


def guess_kind(name: PartName) -> str:
    """The kind that a name says: of its words, the first that is known; else `http`."""
    return next((KINDS[word] for word in name.words if word in KINDS), "http")
