"""Scaffolds: a request in, a checked plan out."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import MaestroError, OutsideRoots
from maestro_knowledge.core.records import replace
from maestro_knowledge.core.text import TOKEN
from maestro_server.expert.answers import ABSOLUTE_BUDGET, Answer
from maestro_server.expert.choices import Choice, form_of, taken

if TYPE_CHECKING:
    from maestro_knowledge.scaffold.model import Scaffold
    from maestro_server.expert.facade import Expert

# Jinja2 and LibCST load when first needed.
# ruff: noqa: PLC0415

BUDGET = ABSOLUTE_BUDGET * TOKEN


ASKED = {
    "storage": "options.storage",
    "database": "options.database",
    "auth": "options.auth",
    "id_type": "options.id_type",
    "pagination": "options.pagination",
}
"""What somebody can answer with one of a few words, by the option that takes it."""


def route(
    expert: "Expert",
    request: Mapping[str, Any],
    *,
    project: str,
    write: bool,
    whole: bool,
    answer: Mapping[str, Any] | None,
) -> Answer:
    """A generated resource or feature."""
    from maestro_knowledge.scaffold.route import scaffold_route

    root = _target(expert, project, write)
    said = _read_answer(_open(request, root), answer) if answer is not None else {}
    if said:
        request = {**request, "options": {**request.get("options", {}), **said}}
    made = scaffold_route(request, project_root=root, write=write)
    if said:
        step = f"Asked for and answered: pass options={json.dumps(request['options'])} with the next call."
        made = replace(made, next_steps=(step, *made.next_steps))
    return _answer(made, whole=whole)


def ask_route(expert: "Expert", request: Mapping[str, Any], *, project: str) -> dict[str, Any]:
    """The open choices of a request as a form; what is wrong with it is said by the request itself."""
    try:
        choices = _open(request, _target(expert, project, write=False))
    except MaestroError:
        return {}
    return form_of(choices) if choices else {}


def _open(request: Mapping[str, Any], root: Path | None) -> tuple[Choice, ...]:
    from maestro_knowledge.scaffold.route import ask_route

    keys = {option: key for key, option in ASKED.items()}
    found = []
    for one in ask_route(request, project_root=root):
        if one.option in keys and one.alternatives:
            default = one.taken.partition(",")[0]  # "offset, 20 a page, …" is offset
            values = (default, *one.alternatives)
            found.append(Choice(keys[one.option], one.asks, values, default, one.why))
    return tuple(found)


def _read_answer(choices: tuple[Choice, ...], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as options of the request: none of it is open any more."""
    values = taken(choices, answer)
    parts = {"auth": "scheme", "pagination": "style"}
    return {key: {parts[key]: value} if key in parts else value for key, value in values.items()}


def service(expert: "Expert", spec: str, *, types: str, project: str, write: bool, whole: bool) -> Answer:
    """A generated service."""
    from maestro_knowledge.scaffold.service import scaffold_service

    made = scaffold_service(spec, types, project_root=_target(expert, project, write), write=write)
    return _answer(made, whole=whole)


def _target(expert: "Expert", project: str, write: bool) -> Path | None:
    if project:
        return expert.roots.resolve(project)
    if expert.roots.folders:
        return expert.roots.folders[0]
    if write:
        raise OutsideRoots(
            "This server writes nothing.", "Call without `write`, or start it with --root DIR."
        )
    return None


def _answer(made: "Scaffold", *, whole: bool) -> Answer:
    data = json.loads(json.dumps(asdict(made)))
    if not whole:
        _cut(data)
    return Answer("\n".join(_lines(data)), data)


def _cut(data: dict[str, Any]) -> None:
    """Drops what is said twice, then the text of the longest files until the answer fits its budget."""
    for file in data["files"]:
        if file["action"] in {"create", "unchanged"}:
            file["diff"] = ""
        if file["action"] == "unchanged":
            file["content"] = ""
    left_out: list[str] = []
    while len(json.dumps(data)) > BUDGET - 600:
        longest = max(data["files"], key=lambda file: (len(file["content"]), file["path"]))
        if not longest["content"]:
            break
        longest["content"] = ""
        left_out.append(longest["path"])
    if left_out:
        data["next_steps"].append(
            f"{len(left_out)} files are made but not shown for their size: {', '.join(sorted(left_out))}. "
            "Call again with write=true, or print all with `fastapi-maestro scaffold --json`."
        )


def _lines(data: dict[str, Any]) -> list[str]:
    lines = [f"{len(data['files'])} files, {'written' if data['written'] else 'not written (dry run)'}."]
    lines += [
        f"  [{one['verdict']}] {one['name']}: {one['detail']}".removesuffix(": ") for one in data["checks"]
    ]
    for file in data["files"]:
        lines.append(f"\n{file['action']} {file['path']}")
        if file["action"] == "edit":
            lines += ["```diff", file["diff"].rstrip(), "```"]
        elif file["content"]:
            lines += ["```python" if file["path"].endswith(".py") else "```", file["content"].rstrip(), "```"]
    if data["questions"]:
        lines.append("\nChosen for you")
    for choice in data["questions"]:
        others = f"; or {', '.join(choice['alternatives'])}" if choice["alternatives"] else ""
        lines.append(f"  {choice['asks']} ({choice['option']}): {choice['taken']}, {choice['why']}{others}")
    if data["checklist"]:
        lines.append("\nChecklist")
    lines += [f"  [{one['verdict']}] {one['item']}: {one['evidence']}" for one in data["checklist"]]
    if data["next_steps"]:
        lines += ["\nNext", *(f"  {step}" for step in data["next_steps"])]
    if data["refs"]:
        lines.append(f"\nRefs: {', '.join(data['refs'])}")
    return lines
