"""Profile pages → `Profile`s."""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import split_front_matter
from maestro_knowledge.core.refs import KINDS
from maestro_knowledge.profiles.model import Profile

SHIPPED = Path(__file__).parent / "data"
_REF = re.compile(rf"`((?:{'|'.join(KINDS)}):[^`\s]+)`")


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")
    title: str = Field(min_length=3, max_length=80)
    description: str = Field(min_length=20, max_length=1024)
    role: str = Field(min_length=3, max_length=200)
    model: str = "inherit"
    color: str = "green"
    tools: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


def load_profiles(folder: Path = SHIPPED) -> tuple[Profile, ...]:
    """Every profile in a folder, by name."""
    return tuple(
        sorted((read_profile(page) for page in folder.glob("*.md")), key=lambda profile: profile.name)
    )


def read_profile(page: Path) -> Profile:
    """The profile that a page holds, or `BadArgument` with the key that is wrong."""
    head, text = split_front_matter(page.read_text("utf-8"), what=page.name)
    try:
        checked = _Head(**_text_keys(head))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"])) or "front matter"
        raise BadArgument(f"{page.name}: {key}: {first['msg']}.", "Correct that key.") from None
    refs = tuple(dict.fromkeys(_REF.findall(text)))
    return Profile(**checked.model_dump(), text=text, refs=refs, file=page.name)


def _text_keys(head: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in head.items()}
