"""Profiles as files for a client: subagents, an agent skill, a block in AGENTS.md."""

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import quote
from maestro_server.expert.answers import Answer
from maestro_server.expert.own_files import Written, write_block, write_own
from maestro_server.expert.profiling import find_all
from maestro_server.expert.quoting import one_line

if TYPE_CHECKING:
    from maestro_knowledge.profiles.model import Profile
    from maestro_server.expert.facade import Expert

SERVER = "fastapi-maestro"
# The tools as a subagent names them; `platform_contact` goes to who knows the platform.
TOOLS = (
    "search_docs", "read_docs", "explain_error", "compare_versions", "vault_status", "review_endpoint",
    "map_app", "scaffold_route", "scaffold_service", "get_profile",
)  # fmt: skip
FORMS = ("claude", "skill", "agents")
AGENTS = "AGENTS.md"
BLOCK = 8000  # bytes, so that it stays below eight kilobytes with its markers
_SKILL_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_A_SKILL = frozenset({"skills", "agents", "claude"})


def export(expert: "Expert", folder: Path, *, form: str) -> Answer:
    """Writes the profiles in one form, and says of each file what became of it."""
    if form not in FORMS:
        raise BadArgument(f"There is no form {quote(form)}.", f"Allowed: {', '.join(FORMS)}.")
    known = find_all(expert, "").all
    if form == "claude":
        written = [write_own(folder, f"{each.name}.md", subagent(each)) for each in known]
        next_step = "The client reads subagents when it starts; its server is connected by `setup`."
    elif form == "skill":
        written = [write_own(folder, name, text) for name, text in skill(known, _skill_name(folder)).items()]
        next_step = _where_skills_lie(folder)
    else:
        written = [write_block(folder, AGENTS, agents_block(known))]
        next_step = "Run it again after an upgrade: only what stands between the markers changes."
    data: dict[str, Any] = {"files": [asdict(each) for each in written], "next_step": next_step}
    return Answer(_say(written, next_step), json.loads(json.dumps(data)))


def subagent(profile: "Profile") -> str:
    """A profile as a subagent that uses our tools; without tools of its own it has all there are."""
    head: dict[str, Any] = {"name": profile.name, "description": one_line(profile.description, 1000)}
    if profile.tools:
        ours = [
            f"mcp__{SERVER}__{tool}" for tool in (*TOOLS, *(["platform_contact"] if profile.platform else []))
        ]
        head["tools"] = ", ".join(dict.fromkeys((*profile.tools, *ours)))
    head |= {"model": profile.model, "color": profile.color}
    return f"{_head(head)}\n{_page('subagent').format(name=profile.name)}\n{profile.text.strip()}\n"


def skill(profiles: "tuple[Profile, ...]", name: str) -> dict[str, str]:
    """An agent skill by file: when to use it, and each specialist as a reference."""
    rows = "\n".join(
        f"| [{each.name}](references/{each.name}.md) | {one_line(each.role, 120)} |" for each in profiles
    )
    front, _, body = _page("skill").partition("\n---\n")
    head = {"name": name, "description": " ".join(front.split())}
    texts = {
        "SKILL.md": f"{_head(head)}\n{body.strip().replace('{profiles}', rows)}\n",
        "references/calls.md": _page("calls"),
    }
    return texts | {
        f"references/{each.name}.md": f"# {each.title}\n\n{each.text.strip()}\n" for each in profiles
    }


def agents_block(profiles: "tuple[Profile, ...]") -> str:
    """The index of what to ask us when, for a file that every agent reads."""
    from maestro_knowledge.guides.load import load_guides  # noqa: PLC0415 - loads when first needed

    names = " ".join(guide.name for guide in load_guides())
    page = _page("agents").replace("{guides}", names)
    room = BLOCK - len(page.encode())
    rows: list[str] = []
    for each in profiles:
        row = f"- `{each.name}`: {one_line(each.role, 120)}"
        room -= len(row.encode()) + 1
        if room < 0:
            rows.append("- and more: `get_profile()` lists them")
            break
        rows.append(row)
    return page.replace("{profiles}", "\n".join(rows))


def _skill_name(folder: Path) -> str:
    """A skill is called as its folder is; where that cannot be, as we are."""
    name = folder.expanduser().resolve().name
    return name if _SKILL_NAME.fullmatch(name) and len(name) <= 64 and name not in _NOT_A_SKILL else SERVER


def _where_skills_lie(folder: Path) -> str:
    if _skill_name(folder) == folder.expanduser().resolve().name:
        return "The client finds the skill by its description."
    return f"A skill lies in a folder of its own name: --to {folder.as_posix().rstrip('/')}/{SERVER}"


def _head(keys: dict[str, Any]) -> str:
    return f"---\n{yaml.safe_dump(keys, sort_keys=False, allow_unicode=True, width=10_000)}---\n"


@cache
def _page(name: str) -> str:
    return (files("maestro_server.expert") / "exports" / f"{name}.md").read_text("utf-8")


def _say(written: list[Written], next_step: str) -> str:
    lines = [f"{each.action}: {each.path}{f' ({each.why})' if each.why else ''}" for each in written]
    return "\n".join([*lines, next_step])
