"""An architecture specification: read, bounded, checked, with every open point decided and told."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.probes import Needed, is_known_kind, read_dependency, refuse_doubles
from maestro_knowledge.scaffold.reading import read_part
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import DependencyPart, Named

Kind = Literal["postgres", "redis", "http", "llm", "convex"]
AsyncPattern = Literal["circuit_breaker", "retry", "timeout", "bulkhead"]
StackName = Literal["cors", "rate_limit", "auth", "logging", "request_id", "security_headers", "gzip"]
HealthName = Literal["db", "cache", "external_apis"]

NEEDED_FOR: dict[str, tuple[str, ...]] = {
    "db": ("postgres",),
    "cache": ("redis",),
    "external_apis": ("http", "llm", "convex"),
}
DRIVERS = {
    "postgres": ("asyncpg", "sqlalchemy", "sqlmodel"),
    "redis": ("redis.asyncio", "redis", "aioredis"),
}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


class NeededPart(DependencyPart):
    """One of `external_dependencies`."""

    async_driver: str = ""
    connection_pool: bool = True


class DesignPart(BaseModel):
    """`system_design`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    service_name: str
    async_patterns: Annotated[list[AsyncPattern], Field(max_length=10)] = Field(default_factory=list)
    external_dependencies: Annotated[list[Named[NeededPart]], Field(max_length=20)] = Field(
        default_factory=list
    )
    middleware_stack: Annotated[list[StackName], Field(max_length=20)] = Field(default_factory=list)
    health_checks: Annotated[list[HealthName], Field(max_length=10)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Design:
    """A checked specification."""

    name: str
    patterns: tuple[str, ...]
    needed: tuple[Needed, ...]
    stack: tuple[str, ...]
    checks: tuple[str, ...]
    choices: tuple[Choice, ...]

    def of_kind(self, *kinds: str) -> tuple[Needed, ...]:
        """What the service needs of these kinds."""
        return tuple(one for one in self.needed if one.kind in kinds)


def read_design(spec: str) -> Design:
    """The checked design, or `BadArgument` that names every fault at once."""
    data = read_yaml(spec, what="The specification")
    refusals = Refusals()
    if not isinstance(data, dict):
        raise BadArgument("The specification is not a mapping.", "Begin it with `system_design:`.")
    for key in sorted(str(key) for key in data if key != "system_design"):
        refusals.add_unknown(quote(key), key, ("system_design",), what="key")
    given = data.get("system_design")
    if given is None:
        refusals.add("system_design", "is missing", "give service_name, and what it needs")
        refusals.raise_any("The specification")
    part = read_part(DesignPart, given, "system_design", refusals)
    if part is None:
        refusals.raise_any("The specification")
        raise AssertionError("a part that is not there was not refused")
    if len(part.service_name) > 50 or _NAME.fullmatch(part.service_name) is None:
        mend = "kebab or snake case, at most 50 characters, such as user-api"
        refusals.add("system_design.service_name", f"{quote(part.service_name)} is not a name", mend)
    choices: list[Choice] = []
    needed = _read_needed(part.external_dependencies, choices, refusals)
    refusals.raise_any("The specification")
    return Design(
        name=part.service_name,
        patterns=tuple(name for name in get_args(AsyncPattern) if name in part.async_patterns),
        needed=needed,
        stack=tuple(dict.fromkeys(part.middleware_stack)),
        checks=_read_checks(part.health_checks, needed, choices),
        choices=tuple(choices),
    )


def _read_needed(
    parts: Sequence[NeededPart], choices: list[Choice], refusals: Refusals
) -> tuple[Needed, ...]:
    taken: set[str] = set()
    found: list[Needed] = []
    place = "system_design.external_dependencies"
    for number, part in enumerate(parts):
        where = f"{place}[{number}]"
        one = read_dependency(part, where, taken, refusals, has_pool=part.connection_pool)
        if one is None:
            continue
        if part.kind is None:
            why = "its name says so" if is_known_kind(one.name) else "its name says nothing else"
            choices.append(Choice(f"{where}.kind", f"What is {part.name}?", one.kind, why, get_args(Kind)))
        _check_driver(part, one.kind, where, choices, refusals)
        found.append(one)
    refuse_doubles(found, ("postgres", "redis", "llm", "convex"), place, refusals)
    return tuple(found)


def _check_driver(part: NeededPart, kind: str, where: str, choices: list[Choice], refusals: Refusals) -> None:
    if "aioredis" in {part.async_driver, *split_words(part.name)} and kind == "redis":
        why = "aioredis was retired into it"
        choices.append(Choice(f"{where}.async_driver", "Which driver?", "redis.asyncio", why))
    elif part.async_driver and part.async_driver not in DRIVERS.get(kind, ("httpx", "httpx2")):
        allowed = DRIVERS.get(kind, ("httpx", "httpx2"))
        refusals.add_unknown(f"{where}.async_driver", part.async_driver, allowed, what=f"driver of {kind}")


def _read_checks(asked: Sequence[str], needed: Sequence[Needed], choices: list[Choice]) -> tuple[str, ...]:
    """The checks that something can be asked for; one without its dependency is left out, and told."""
    kinds = {one.kind for one in needed}
    found: list[str] = []
    for name in dict.fromkeys(asked):
        if kinds & set(NEEDED_FOR[name]):
            found.append(name)
            continue
        wanted = " or ".join(NEEDED_FOR[name])
        why = f"no dependency is of kind {wanted}"
        choices.append(
            Choice(
                "system_design.health_checks", f"What does the check {name} ask?", "nothing", why, (wanted,)
            )
        )
    return tuple(found)
