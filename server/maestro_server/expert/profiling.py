"""Profiles: the list, or one specialist's way of working, opened by a review of the vault."""

from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import NotFound
from maestro_knowledge.core.text import quote
from maestro_knowledge.profiles.load import load_profiles
from maestro_server.expert.answers import Answer
from maestro_server.expert.header import vault_review
from maestro_server.expert.nearby import nearest

if TYPE_CHECKING:
    from maestro_knowledge.profiles.model import Profile
    from maestro_server.expert.facade import Expert

MAX_TASK = 2000


def profile(expert: "Expert", name: str, *, task: str, project: str) -> Answer:
    """The list of profiles without a name, else the profile as it applies now."""
    known = {each.name: each for each in load_profiles()}
    if not name.strip():
        return _list(tuple(known.values()))
    found = known.get(name.strip().removeprefix("@agent-").removeprefix("@"))
    if found is None:
        raise NotFound(
            f"There is no profile {quote(name)}.",
            "get_profile without a name lists them.",
            nearest(name, known),
        )
    header = vault_review(expert, project)
    refs = _refs_for(expert, task, project) if task.strip() else ()
    parts = [header, found.text.strip()]
    if refs:
        parts.append(
            "## For this task, read first\n\n" + "\n".join(f"- `{ref}`: {title}" for ref, title in refs)
        )
    markdown = "\n\n".join(parts)
    data = {
        "header": header,
        "name": found.name,
        "markdown": markdown,
        "next_cursor": "",
        "refs": [*found.refs, *(ref for ref, _ in refs)],
    }
    return Answer(markdown, data)


def _list(profiles: "tuple[Profile, ...]") -> Answer:
    lines = [f"- `{each.name}`: {each.role}. {' '.join(each.description.split())}" for each in profiles]
    markdown = "\n".join(["Profiles; `get_profile(name, task)` opens one:", *lines])
    data = {
        "header": "",
        "name": "",
        "markdown": markdown,
        "next_cursor": "",
        "refs": [f"profile:{each.name}" for each in profiles],
    }
    return Answer(markdown, data)


def _refs_for(expert: "Expert", task: str, project: str) -> tuple[tuple[str, str], ...]:
    found = expert.search(task[:MAX_TASK], kind="any", version="", project=project, limit=5).data
    return tuple((hit["ref"], hit["title"]) for hit in found["results"])
