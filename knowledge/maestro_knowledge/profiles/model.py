"""A profile: who the specialist is, and how they work."""

from maestro_knowledge.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One agent profile; `text` is the way of working in Markdown, `refs` what it rests on.

    `platform` says that the specialist knows the platform registry. `origin` is where the page lies, as
    people may see it; it is empty for what we ship.
    """

    name: str
    title: str
    description: str
    role: str
    model: str
    color: str
    tools: tuple[str, ...]
    rules: tuple[str, ...]
    checklists: tuple[str, ...]
    partners: tuple[str, ...]
    platform: bool
    text: str
    refs: tuple[str, ...]
    file: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that may hold profiles, and what it is called for people."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A profile, or a folder of profiles, that could not be read, and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles that apply, sorted by name, and what was left out."""

    all: tuple[Profile, ...]
    unread: tuple[Unread, ...] = ()

    def get(self, name: str) -> Profile | None:
        """The profile of that name."""
        return next((profile for profile in self.all if profile.name == name), None)
