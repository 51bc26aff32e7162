"""The platform registry: who runs which service, and where a problem with it goes next."""

import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maestro_knowledge.core.errors import BadArgument, NotFound, TooLarge
from maestro_knowledge.core.frontmatter import MAX_YAML, read_yaml
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote

SHIPPED = Path(__file__).parent / "platforms"

_NAMED = re.compile(
    r"(?i)\b(?:password|passwd|pwd|secret|token|api[_-]?key|private[_-]?key|credential)s?\b\s*[:=]\s*(\S+)"
)
_IN_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,80}:[^\s/@]{1,200}@")
_KNOWN = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|sk-[\w-]{20,}|xox[abps]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.)"
)
_PLACE = re.compile(r"""["']?(?:/|~|\$\{|vault:|env:|\[\]|\{\}|null\b)""")
_WORD = re.compile(r"[a-z0-9.+#]+")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Place(_Row):
    name: str = ""
    path: str = ""
    host: str = ""
    purpose: str = ""


class _Service(_Row):
    name: str = Field(min_length=1, max_length=80)
    host: str = ""
    protocol: str = ""
    purpose: str = ""
    criticality: Literal["critical", "important", "optional"] = "important"
    owner: str = ""
    direction: Literal["upstream", "downstream"] = "upstream"
    synonyms: tuple[str, ...] = ()
    escalation: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


class _Owner(_Row):
    role: str = Field(min_length=1)
    escalates_to: str = ""
    backup_for: str = ""


class _Registry(_Row):
    name: str = ""
    title: str = ""
    environment: str = ""
    warning: str = ""
    layer: str = ""
    zone: str = ""
    domain: str = ""
    response_time: str = ""
    on_call: str = ""
    servers: tuple[_Place, ...] = ()
    endpoints: tuple[_Place, ...] = ()
    storage: tuple[_Place, ...] = ()
    services: tuple[_Service, ...] = Field(default=(), max_length=500)
    owners: tuple[_Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One service with who runs it and where a problem goes, in order."""

    service: str
    host: str
    protocol: str
    purpose: str
    criticality: str
    owner: str
    escalation: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """What a topic leads to; `nearest` names topics when nothing matches."""

    matches: tuple[Contact, ...]
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """A checked registry."""

    registry: _Registry

    @property
    def title(self) -> str:
        """What the platform is called."""
        return self.registry.title or self.registry.name

    @property
    def warning(self) -> str:
        """What must be said of its settings."""
        return self.registry.warning

    @property
    def terms(self) -> str:
        """When its owners answer, in a line; empty where the registry does not say."""
        known = (("Answers within", self.registry.response_time), ("on call", self.registry.on_call))
        backups = [each for each in self.registry.owners if each.backup_for]
        said = [f"{label} {value}" for label, value in known if value]
        said += [f"{each.role} is the backup for {each.backup_for}" for each in backups[:2]]
        return f"{'; '.join(said)}." if said else ""

    @property
    def places(self) -> tuple[str, ...]:
        """Servers, endpoints and storage, a line each; what the registry does not name is left out."""
        kinds = (
            ("Servers", self.registry.servers),
            ("Endpoints", self.registry.endpoints),
            ("Storage", self.registry.storage),
        )
        where = (
            ("domain", self.registry.domain),
            ("layer", self.registry.layer),
            ("zone", self.registry.zone),
        )
        area = ", ".join(f"{label} {value}" for label, value in where if value)
        lines = [f"{label}: {'; '.join(map(_place, rows))}." for label, rows in kinds if rows]
        return (*([f"It is {area}."] if area else []), *lines)

    def contacts(self, topic: str, *, most: int = 5) -> Contacts:
        """The services a topic is about, best first; all of them for an empty topic."""
        services = self.registry.services
        if not topic.strip():
            return Contacts(tuple(map(self._contact, services)), ())
        scored = [(_score(topic, service), service) for service in services]
        best = max((score for score, _ in scored), default=0.0)
        found = [
            service
            for score, service in sorted(scored, key=lambda one: -one[0])
            if score >= max(0.6, best * 0.8)
        ]
        nearest = () if found else _nearest(topic, services)
        return Contacts(tuple(map(self._contact, found[:most])), nearest)

    def _contact(self, service: _Service) -> Contact:
        return Contact(
            service.name,
            service.host,
            service.protocol,
            service.purpose,
            service.criticality,
            service.owner,
            service.escalation or self._escalation(service.owner),
            service.procedures,
        )

    def _escalation(self, owner: str) -> tuple[str, ...]:
        above = {each.role: each.escalates_to for each in self.registry.owners}
        path = [owner] if owner else []
        while path and (role := above.get(path[-1], "")):
            path.append(role)
        return tuple(path)


def load_platform(name: str) -> Platform:
    """The registry of a shipped name or a path; one that holds a credential is refused with the line."""
    path = SHIPPED / f"{name}.yaml" if re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) else Path(name).expanduser()
    try:
        if path.stat().st_size > MAX_YAML:
            raise TooLarge(
                f"The platform registry {quote(name, 200)} is too large.", f"Keep it under {MAX_YAML} bytes."
            )
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        shipped = ", ".join(sorted(each.stem for each in SHIPPED.glob("*.yaml")))
        raise NotFound(
            f"There is no platform registry {quote(name, 200)}.",
            f"FASTAPI_MAESTRO_PLATFORM is a path or one of: {shipped}.",
        ) from None
    return read_platform(text, what=path.name)


def read_platform(text: str, *, what: str) -> Platform:
    """The registry that a text holds; an empty one is fine."""
    _refuse_credentials(text, what)
    data = read_yaml(text, what=what)
    try:
        registry = _Registry.model_validate(data if data is not None else {})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"])) or "the registry"
        raise BadArgument(f"{what}: {key}: {first['msg']}.", "Correct that key.") from None
    _refuse_cycles(registry, what)
    return Platform(registry)


def _refuse_credentials(text: str, what: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        named = _NAMED.search(line)
        held = named is not None and not _PLACE.match(named[1])
        if held or _IN_URL.search(line) or _KNOWN.search(line):
            raise BadArgument(
                f"{what}: line {number} looks like a credential.",
                "Name the place where it is kept instead, e.g. a path.",
            )


def _refuse_cycles(registry: _Registry, what: str) -> None:
    above = {each.role: each.escalates_to for each in registry.owners}
    for role in above:
        seen = {role}
        while (role := above.get(role, "")) in above:
            if role in seen:
                raise BadArgument(
                    f"{what}: the escalation of {role} leads back to it.", "Let one role be the last."
                )
            seen.add(role)


def _place(place: _Place) -> str:
    name = " on ".join(part for part in (place.name or place.path, place.host) if part)
    return f"{name} ({place.purpose})" if place.purpose else name


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold()[:2000])}


def _names(service: _Service) -> list[str]:
    return [service.name, *service.synonyms]


def _score(topic: str, service: _Service) -> float:
    asked = _words(topic)
    exact = max((1.0 for name in _names(service) if _words(name) and _words(name) <= asked), default=0.0)
    close = max(
        SequenceMatcher(None, topic.casefold()[:80], name.casefold()).ratio() for name in _names(service)
    )
    weak = 0.5 if asked & (_words(service.purpose) | _words(service.host)) else 0.0
    return max(exact, weak, close if close >= 0.8 else 0.0)


def _nearest(topic: str, services: tuple[_Service, ...]) -> tuple[str, ...]:
    names = sorted({name for service in services for name in _names(service)})
    ranked = sorted(
        names, key=lambda name: -SequenceMatcher(None, topic.casefold()[:80], name.casefold()).ratio()
    )
    return tuple(ranked[:5])
