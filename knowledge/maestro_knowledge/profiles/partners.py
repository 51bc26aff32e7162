"""Whom a specialist works with: what is asked of whom, and what travels in a hand-off."""

from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from maestro_knowledge.core.frontmatter import read_yaml

Part = Literal[
    "design", "models", "endpoints", "middleware", "settings", "openapi", "fixtures", "containers",
    "observability", "findings",
]  # fmt: skip
PARTS: tuple[Part, ...] = get_args(Part)
_FILE = Path(__file__).parent / "partners.yaml"
_SURE = 0.72


class Partner(BaseModel):
    """One partner: `direction` is the way that work goes, seen from us."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    direction: Literal["in", "out", "both"]
    synonyms: tuple[str, ...] = ()
    about: str
    parts: tuple[Part, ...]
    asks: tuple[str, ...]


@cache
def read_partners() -> tuple[Partner, ...]:
    """Every partner that is known, in the order of the file."""
    rows = read_yaml(_FILE.read_text("utf-8"), what=_FILE.name)["partners"]
    return tuple(Partner.model_validate(row) for row in rows)


def find_partner(name: str) -> Partner:
    """The partner that a name means; one that is not known gets every part of the format."""
    asked = " ".join(name.casefold().replace("-", " ").replace("_", " ").removeprefix("@").split())[:80]
    scored = [(_likeness(asked, partner), partner) for partner in read_partners()]
    best, partner = max(scored, key=lambda pair: pair[0])
    if asked and best >= _SURE:
        return partner
    return Partner(
        name=asked.replace(" ", "-") or "partner",
        title=asked or "partner",
        direction="out",
        about="the whole exchange format, since this partner is not one of ours",
        parts=PARTS,
        asks=("Which parts of this do you need, and what is missing for your work?",),
    )


def _likeness(asked: str, partner: Partner) -> float:
    names = (partner.title, partner.name.replace("-", " "), *partner.synonyms)
    return max(
        1.0 if name in {asked, f"the {asked}"} else SequenceMatcher(None, asked, name).ratio()
        for name in names
    )
