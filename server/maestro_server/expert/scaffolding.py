"""Scaffolds: a request in, a checked plan out."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import OutsideRoots
from maestro_server.expert.answers import Answer

if TYPE_CHECKING:
    from maestro_knowledge.scaffold.model import Scaffold
    from maestro_server.expert.facade import Expert

# Jinja2 and LibCST load when first needed.
# ruff: noqa: PLC0415


def route(expert: "Expert", request: Mapping[str, Any], *, project: str, write: bool) -> Answer:
    """A generated resource or feature."""
    from maestro_knowledge.scaffold.route import scaffold_route

    return _answer(scaffold_route(request, project_root=_target(expert, project, write), write=write))


def service(expert: "Expert", spec: str, *, types: str, project: str, write: bool) -> Answer:
    """A generated service."""
    from maestro_knowledge.scaffold.service import scaffold_service

    return _answer(scaffold_service(spec, types, project_root=_target(expert, project, write), write=write))


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


def _answer(made: "Scaffold") -> Answer:
    data = json.loads(json.dumps(asdict(made)))
    return Answer("\n".join(_lines(data)), data)


def _lines(data: dict[str, Any]) -> list[str]:
    lines = [f"{len(data['files'])} files, {'written' if data['written'] else 'not written (dry run)'}."]
    lines += [
        f"  [{one['verdict']}] {one['name']}: {one['detail']}".removesuffix(": ") for one in data["checks"]
    ]
    for file in data["files"]:
        lines.append(f"\n{file['action']} {file['path']}")
        if file["action"] == "edit":
            lines += ["```diff", file["diff"].rstrip(), "```"]
        elif file["action"] != "unchanged":
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
