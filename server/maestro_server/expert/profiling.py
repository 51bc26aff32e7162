"""Profiles: the list, or one specialist's way of working, opened by a review of the vault."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import MaestroError, NotFound
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import TOKEN, quote
from maestro_server.expert.answers import Answer
from maestro_server.expert.header import header_facts, installed_version, vault_review
from maestro_server.expert.nearby import nearest
from maestro_server.expert.quoting import one_line, quoted

if TYPE_CHECKING:
    from maestro_indexer.choice import Chosen
    from maestro_knowledge.profiles.model import Profiles
    from maestro_server.expert.facade import Expert

# The index, the project model and Pydantic load when first needed.
# ruff: noqa: PLC0415

log = logging.getLogger(__name__)

MAX_TASK = 2000
SHOWN_TASK = 1000  # characters of it that are shown
BUDGET = 2500 * TOKEN  # everything
QUIET_BUDGET = 1200 * TOKEN  # without a task
LIST_BUDGET = 5000 * TOKEN
_NEWS, _PLATFORM, _FACTS, _LEAST, _FEW = 1300, 2400, 1600, 400, 16


@dataclass(frozen=True, slots=True)
class Opening:
    """What a profile opens with: the text, the header as data, the refs that were named."""

    text: str
    header: dict[str, str]
    refs: tuple[str, ...]


def profile(expert: "Expert", name: str, *, task: str, project: str) -> Answer:
    """The list of profiles without a name, else the profile as it applies now."""
    known = find_all(expert, project)
    if not name.strip():
        return _list(known)
    found = known.get(name.strip().removeprefix("profile:").removeprefix("@agent-").removeprefix("@"))
    if found is None:
        raise NotFound(
            f"There is no profile {quote(name)}.",
            "get_profile without a name lists them.",
            nearest(name, [each.name for each in known.all]),
        )
    opening = _open(expert, task, project)
    own = f"(From {found.origin}, not ours.)\n\n" if found.origin else ""
    parts = [opening.text, f"# {found.title}\n\n{own}{found.text.strip()}"]
    if task.strip():
        parts.append(quoted("Task", task[: SHOWN_TASK * 2], SHOWN_TASK).strip())
    room = (BUDGET if task.strip() else QUIET_BUDGET) - sum(len(part) + 2 for part in parts)
    left = room - (_FACTS if project.strip() else 0)
    platform = _platform(expert, task, min(_PLATFORM, left)) if found.platform else ""
    if project.strip():
        parts.append(_project(expert, project, task, max(room - len(platform) - 4, _LEAST)))
    markdown = "\n\n".join(part for part in (*parts, platform) if part)
    data = {
        "header": opening.header,
        "name": found.name,
        "markdown": markdown,
        "next_cursor": "",
        "refs": list(dict.fromkeys((*opening.refs, *found.refs))),
    }
    return Answer(markdown, data)


def name_of(ref: str) -> str:
    """The name of the profile that a ref means, empty for every other kind of ref."""
    kind, _, rest = ref.strip()[:400].partition(":")
    return rest.partition("@")[0].partition("#")[0] if kind == "profile" else ""


def read(expert: "Expert", name: str, project: str) -> Answer:
    """The profile as `read_docs` gives it: the same text under the fields of a reading."""
    found = profile(expert, name, task="", project=project)
    fields = {"header": found.data["header"], "ref": f"profile:{found.data['name']}"}
    rest = {key: found.data[key] for key in ("markdown", "next_cursor", "refs")}
    return Answer(found.text, fields | rest)


def log_unread(expert: "Expert") -> None:
    """Names on stderr what of the user's profiles could not be read."""
    for each in find_all(expert, "").unread:
        log.warning("profile not read: %s: %s", one_line(each.place), one_line(each.why, 300))


def find_all(expert: "Expert", project: str) -> "Profiles":
    """Ours, the home's, and those of the project: the one that is named, else of every root."""
    from maestro_knowledge.profiles.find import find_profiles, project_folder
    from maestro_knowledge.profiles.model import Folder

    folders = [Folder(str(expert.settings.places.profiles), "home profiles")]
    folders += [project_folder(root) for root in expert.roots.folders]
    if project.strip():
        place = expert.roots.resolve(project)
        place = place if place.is_dir() else place.parent
        if place not in expert.roots.folders:
            folders.append(project_folder(place, f"project {expert.roots.relative(place)}"))
    return find_profiles(folders)


def _list(known: "Profiles") -> Answer:
    lines = ["Profiles; `get_profile(name, task, project)` opens one:"]
    room = LIST_BUDGET
    words = 600 if len(known.all) <= _FEW else 80
    for number, each in enumerate(known.all):
        origin = f" [{each.origin}]" if each.origin else ""
        line = f"- `{each.name}`{origin}: {one_line(each.role, 120)}. {one_line(each.description, words)}"
        room -= len(line) + 1
        if room < 0:
            names = ", ".join(other.name for other in known.all[number:])
            lines.append(f"{len(known.all) - number} more, by name: {one_line(names, 4000)}")
            break
        lines.append(line)
    if known.unread:
        lines.append("Not read:")
        lines += [f"- {one_line(each.place)}: {one_line(each.why, 300)}" for each in known.unread[:10]]
        if len(known.unread) > 10:
            lines.append(f"- and {len(known.unread) - 10} more")
    markdown = "\n".join(lines)
    data = {
        "header": "",
        "name": "",
        "markdown": markdown,
        "next_cursor": "",
        "refs": [f"profile:{each.name}" for each in known.all],
    }
    return Answer(markdown, data)


def _open(expert: "Expert", task: str, project: str) -> Opening:
    """The vault review; with a task the refs to read first, with a project what is new since its version."""
    from maestro_indexer.choice import choose
    from maestro_indexer.model import Wanted
    from maestro_server.expert.news import news_block

    installed = installed_version(expert, project)
    hits = _search(expert, task, project)
    try:
        chosen = choose(expert.library.view(), Wanted(installed=installed))
    except MaestroError as error:
        return Opening(f"Vault review: {error}", {}, ())
    blocks = [vault_review(chosen, _next_step(expert, chosen), datetime.now(UTC))]
    if installed:
        titles = [hit["title"] for hit in hits]
        room = _NEWS if task.strip() else _NEWS // 3
        blocks.append(news_block(expert, installed, task[:MAX_TASK], titles, project=project, room=room))
    if hits:
        lines = [f"- `{hit['ref']}`: {one_line(hit['title'], 80)}" for hit in hits]
        blocks.append("\n".join(["For this task, read first:", *lines]))
    text = "\n\n".join(block for block in blocks if block)
    return Opening(text, header_facts(chosen), tuple(hit["ref"] for hit in hits))


def _search(expert: "Expert", task: str, project: str) -> list[dict[str, Any]]:
    if not task.strip():
        return []
    asked = one_line(task, MAX_TASK)
    found = expert.search(asked, kind="any", version="", project=project, limit=5).data
    return list(found["results"])


def _next_step(expert: "Expert", chosen: "Chosen") -> str:
    if chosen.info.layer in {"git", "sdist"} and not chosen.note:
        return ""
    return one_line(str(expert.status().data["next_step"]), 300)


def _project(expert: "Expert", project: str, task: str, room: int) -> str:
    from maestro_server.expert.project_facts import facts_block, read_facts

    return facts_block(read_facts(expert, project), project, room, task)


def _platform(expert: "Expert", task: str, room: int) -> str:
    from maestro_server.expert.contacts import platform_block

    try:
        return platform_block(expert, one_line(task, MAX_TASK), room)
    except MaestroError as error:
        return f"## The platform\n\n{error}"
