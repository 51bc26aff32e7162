"""Refs: how anything in the vault is pointed at, `docs:tutorial/cors@0.110.0#use-corsmiddleware`."""

from typing import Literal, get_args

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.core.records import dataclass

Kind = Literal["docs", "example", "api", "guide", "rule", "release", "profile"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DEFAULT_SOURCE = "fastapi"

_REF = Pattern(
    r"(?:(?P<source>[a-z0-9][a-z0-9_-]*)/)?"
    rf"(?P<kind>{'|'.join(KINDS)}):"
    r"(?P<page>[^@#\s]+)"
    r"(?:@(?P<version>[A-Za-z0-9][A-Za-z0-9.+_-]*))?"
    r"(?:#(?P<anchor>\S+))?"
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref in its parts; `str()` gives it back."""

    kind: Kind
    page: str
    anchor: str = ""
    version: str = ""
    source: str = DEFAULT_SOURCE

    @property
    def id(self) -> str:
        """The `Section.id` that the ref points at."""
        return f"{self.page}#{self.anchor}" if self.anchor else self.page

    def __str__(self) -> str:
        return _spell(self.kind, self.page, self.anchor, self.version, self.source)


def parse_ref(text: str) -> Ref:
    """The ref that `text` spells, or `BadArgument` with the forms that exist."""
    match = _REF.fullmatch(text.strip()) if len(text) <= 400 else None
    if match is None:
        raise BadArgument(
            f"{text[:60]!r} is not a ref.",
            "Refs look like docs:tutorial/cors#use-corsmiddleware; search_docs finds them.",
        )
    kind = KINDS[KINDS.index(match["kind"])]
    return Ref(
        kind, match["page"], match["anchor"] or "", match["version"] or "", match["source"] or DEFAULT_SOURCE
    )


def make_ref(kind: Kind, section_id: str, *, version: str = "", source: str = DEFAULT_SOURCE) -> str:
    """The ref of the section with this id."""
    page, _, anchor = section_id.partition("#")
    return _spell(kind, page, anchor, version, source)


def _spell(kind: Kind, page: str, anchor: str, version: str, source: str) -> str:
    text = f"{kind}:{page}" if source == DEFAULT_SOURCE else f"{source}/{kind}:{page}"
    if version:
        text += f"@{version}"
    return f"{text}#{anchor}" if anchor else text
