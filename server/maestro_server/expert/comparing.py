"""What changed between two versions, and what of it a project has to follow."""

import json
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.environment import process_environment
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.core.text import TOKEN
from maestro_server.expert.answers import ABSOLUTE_BUDGET, Answer, outline
from maestro_server.expert.reviewing import load_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maestro_indexer.snapshots import OpenSnapshot
    from maestro_knowledge.upgrade.model import Surface
    from maestro_knowledge.vault.model import Contents
    from maestro_server.expert.facade import Expert

# griffe and the project model load when first needed.
# ruff: noqa: PLC0415

BUDGET = ABSOLUTE_BUDGET * TOKEN - 1500
_CUT_FIRST = ("fixed", "added", "deprecated", "breaking", "affects_project")


def compare(
    expert: "Expert", from_version: str, to_version: str, *, project: str, topic: str, whole: bool = False
) -> Answer:
    """Rows that can be acted on, by kind, and the lines of the project that they touch."""
    from maestro_knowledge.upgrade.compare import compare_versions
    from maestro_knowledge.upgrade.model import as_fields

    known = known_contents(expert)
    model = load_project(expert, "", project) if project.strip() else None
    start = from_version.strip() or (_version_of(expert, project) if model else "")
    newest = to_version.strip() or next((one.snapshot.version for one in known), "")
    compared = compare_versions(
        start,
        newest,
        releases=next((one.releases for one in known if one.releases), ()),
        old=_surface(expert, start, known) if model else None,
        new=_surface(expert, newest, known) if model else None,
        project=model,
        topic=topic,
    )
    data: dict[str, Any] = json.loads(json.dumps(as_fields(compared)))
    notes = list(compared.notes)
    if not whole:
        notes += _cut(data)
    text = "\n".join([outline(data), *(f"Note: {note}" for note in notes)])
    return Answer(text, data)


def known_contents(expert: "Expert") -> "tuple[Contents, ...]":
    """What the index holds of FastAPI, the newest and fullest first."""
    from packaging.version import Version

    ours = [one for one in expert.library.view().snapshots if one.info.name == DEFAULT_SOURCE]
    contents = [_contents(one) for one in ours]
    return tuple(
        sorted(contents, key=lambda one: (bool(one.releases), Version(one.snapshot.version)), reverse=True)
    )


def _contents(snapshot: "OpenSnapshot") -> "Contents":
    return snapshot.memo("contents", lambda: snapshot.contents)


def _version_of(expert: "Expert", project: str) -> str:
    from maestro_server.expert.header import installed_version

    return installed_version(expert, project)


def _surface(expert: "Expert", version: str, known: "Sequence[Contents]") -> "Surface | None":
    from maestro_knowledge.upgrade.finding import find_surface

    if not version:
        return None
    return find_surface(version, known=known, home=expert.library.home, environment=process_environment())


def _cut(data: dict[str, Any]) -> list[str]:
    """Drops the mildest rows until the answer fits; says how many, and how to get them."""
    dropped: dict[str, int] = {}
    for name in _CUT_FIRST:
        while len(data[name]) > 1 and max(len(json.dumps(data)), len(outline(data))) > BUDGET:
            half = len(data[name]) // 4 + 1
            del data[name][-half:]
            dropped[name] = dropped.get(name, 0) + half
    if not dropped:
        return []
    shown = ", ".join(f"{count} {name}" for name, count in dropped.items())
    return [f"not shown for their size: {shown}. Compare versions that are closer, or give a topic."]
