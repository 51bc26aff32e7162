"""A profile: who the specialist is, and how they work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One agent profile; `text` is the way of working in Markdown, `refs` what it rests on."""

    name: str
    title: str
    description: str
    role: str
    model: str
    color: str
    tools: tuple[str, ...]
    rules: tuple[str, ...]
    partners: tuple[str, ...]
    text: str
    refs: tuple[str, ...]
    file: str
