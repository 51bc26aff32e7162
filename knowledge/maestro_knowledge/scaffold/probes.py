"""Things that a service needs, and how each of them is asked whether it is there."""

from collections.abc import Sequence

from maestro_knowledge.core.records import dataclass
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
VARIABLES = {
    "postgres": "DATABASE_URL",
    "redis": "REDIS_URL",
    "llm": "LLM_BASE_URL",
    "convex": "DOCUMENT_STORE_URL",
}
"""Where the address of a kind is set; the others have a variable by their name."""

USUAL = {"postgres": "postgresql://localhost/app", "redis": "redis://localhost:6379/0"}
"""Where a kind is on the machine of a developer."""

LLM_URL = "http://localhost:4000/v1"
"""Where a gateway listens that nobody has given an address of."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A thing that a service needs."""

    name: PartName
    kind: str
    url: str
    has_pool: bool = True

    @property
    def is_http(self) -> bool:
        """Whether it is asked over HTTP."""
        return self.kind not in ADDRESSES

    @property
    def variable(self) -> str:
        """The environment's variable for its address: one, whoever asks it."""
        return VARIABLES.get(self.kind, f"{self.name.constant}_URL")

    @property
    def address(self) -> str:
        """Its address: the given one, else an example of one."""
        return self.url or USUAL.get(self.kind, "https://example.com")


def read_dependencies(parts: Sequence[DependencyPart], where: str, refusals: Refusals) -> tuple[Needed, ...]:
    """The checked dependencies, in the order given."""
    taken: set[str] = set()
    places = (f"{where}[{number}]" for number in range(len(parts)))
    read = [read_dependency(part, place, taken, refusals) for part, place in zip(parts, places, strict=True)]
    found = tuple(one for one in read if one is not None)
    refuse_doubles(found, tuple(ADDRESSES), where, refusals)
    return found


def read_dependency(
    part: DependencyPart, where: str, taken: set[str], refusals: Refusals, *, has_pool: bool = True
) -> Needed | None:
    """One dependency with its kind and address, or None with the reason among the refusals."""
    name = read_part_name(part.name, f"{where}.name", taken, refusals)
    if name is None:
        return None
    kind = part.kind or guess_kind(name)
    schemes = ADDRESSES.get(kind, ("http", "https"))
    return Needed(name, kind, read_url(part.base_url, f"{where}.base_url", refusals, schemes), has_pool)


def refuse_doubles(found: Sequence[Needed], kinds: Sequence[str], where: str, refusals: Refusals) -> None:
    """Refuses a second one of the kinds that a service has one of."""
    for kind in kinds:
        if sum(one.kind == kind for one in found) > 1:
            refusals.add(where, f"two dependencies of kind {kind}", "a service has one of a kind")


def is_known_kind(name: PartName) -> bool:
    """Whether a name says what it is."""
    return any(word in KINDS for word in name.words)


def guess_kind(name: PartName) -> str:
    """The kind that a name says: of its words, the first that is known; else `http`."""
    return next((KINDS[word] for word in name.words if word in KINDS), "http")
