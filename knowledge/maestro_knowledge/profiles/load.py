"""One profile page → a `Profile`, checked; hostile pages are refused by the key that is wrong."""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from maestro_knowledge.core.errors import BadArgument, TooLarge
from maestro_knowledge.core.frontmatter import MAX_YAML, split_front_matter
from maestro_knowledge.core.refs import KINDS
from maestro_knowledge.core.text import clean, quote
from maestro_knowledge.profiles.model import Profile

SHIPPED = Path(__file__).parent / "data"
MAX_TEXT = 16_000
CHECKLISTS = ("self-verification", "quality")
# What agent files of clients may say besides; it steers the client and means nothing to us.
_CLIENT_KEYS = frozenset({"background", "disallowedTools", "effort", "hooks", "isolation", "maxTurns"}) | {
    "mcpServers", "memory", "permissionMode", "skills",
}  # fmt: skip
_REF = re.compile(rf"`((?:{'|'.join(KINDS)}):[^`\s]+)`")


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")
    description: str = Field(min_length=20, max_length=4000)
    title: str = Field("", max_length=80)
    role: str = Field("", max_length=200)
    model: str = Field("inherit", max_length=80)
    color: str = Field("green", max_length=40)
    tools: tuple[str, ...] = Field((), max_length=100)
    rules: tuple[str, ...] = Field((), max_length=200)
    checklists: tuple[str, ...] = Field((), max_length=20)
    partners: tuple[str, ...] = Field((), max_length=50)
    platform: bool = False

    @field_validator("tools", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Agent files write their tools as one line."""
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("checklists")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(value) - set(CHECKLISTS)):
            raise ValueError(f"{quote(unknown[0])} is no checklist; there are {', '.join(CHECKLISTS)}")
        return value


def load_profiles(folder: Path = SHIPPED) -> tuple[Profile, ...]:
    """Every profile in a folder, by name; one that is broken is an error."""
    return tuple(
        sorted((read_profile(page) for page in folder.glob("*.md")), key=lambda profile: profile.name)
    )


def read_profile(page: Path, *, origin: str = "") -> Profile:
    """The profile that a page holds, or `BadArgument` with the key that is wrong."""
    shown = clean(page.name)[:100]
    with page.open("rb") as file:
        data = file.read(MAX_YAML + 1)
    if len(data) > MAX_YAML:
        raise TooLarge(
            f"{shown} is larger than {MAX_YAML} bytes.", "Keep what applies always, link the rest."
        )
    try:
        head, text = split_front_matter(data.decode("utf-8-sig"), what=shown)
    except UnicodeDecodeError:
        raise BadArgument(f"{shown} is not UTF-8 text.", "Save it as UTF-8.") from None
    checked = _check(head, shown)
    text = clean(text).strip() + "\n"
    if len(text) > MAX_TEXT:
        raise TooLarge(f"{shown} has {len(text)} characters of text.", f"Keep it under {MAX_TEXT}.")
    said = {key: value for key, value in checked.model_dump().items() if key not in {"title", "role"}}
    title = checked.title or checked.name.replace("-", " ").capitalize()
    refs = tuple(dict.fromkeys(_REF.findall(text)))
    return Profile(
        **said, title=title, role=checked.role or title, text=text, refs=refs, file=shown, origin=origin
    )


def _check(head: dict[Any, Any], shown: str) -> _Head:
    ours = {str(key): value for key, value in head.items() if key not in _CLIENT_KEYS}
    try:
        return _Head.model_validate(ours)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = clean(".".join(map(str, first["loc"])))[:80] or "front matter"
        raise BadArgument(f"{shown}: {key}: {first['msg']}.", "Correct that key.") from None
