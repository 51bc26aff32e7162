"""Shared modules that a project has already: taken as they are, or left alone under a name of theirs."""

import ast
from collections.abc import Callable
from pathlib import Path

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.settings_files import read_text
from maestro_knowledge.scaffold.drafting import Draft
from maestro_knowledge.scaffold.fit import defined_names
from maestro_knowledge.scaffold.layout import Layout

Draw = Callable[[dict[str, str], dict[str, str]], Draft]
"""Makes a draft; given the modules of the units that are kept, and the other names of those that are not."""


@dataclass(slots=True)
class Reused:
    """A draft that uses what the project has; `stand_ins` take its place where the draft is tried."""

    draft: Draft
    stand_ins: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def draw_with_reuse(draw: Draw, layout: Layout, root: Path | None) -> Reused:
    """The draft without the shared modules that are there already, and with none in the way of another."""
    draft = draw({}, {})
    if root is None:
        return Reused(draft)
    stand_ins: dict[str, str] = {}
    kept: dict[str, str] = {}
    renamed: dict[str, str] = {}
    paths: list[str] = []
    for unit, files in sorted(draft.units.items()):
        there = read_text(root / files[0], root.resolve())
        if there is None:
            renamed |= _rename_test(unit, files, draft, root)
            continue
        module = layout.core_module(unit)
        if _needed(draft, module) <= _offered(there):
            kept[unit] = module
            stand_ins |= {path: draft.files[path] for path in files if path in draft.files}
            paths += [path for path in files if (root / path).is_file()]
        else:
            renamed[unit] = f"api_{unit}"
    if not (kept or renamed):
        return Reused(draft)
    everything = {path: draft.files[path] for files in draft.units.values() for path in files[:1]}
    return Reused(draw(kept, renamed), everything | stand_ins, tuple(sorted(paths)))


def _rename_test(unit: str, files: list[str], draft: Draft, root: Path) -> dict[str, str]:
    """Another name for a unit whose own is free, but whose test's is not."""
    for path in files[1:]:
        there = read_text(root / path, root.resolve())
        if there is not None and there != draft.files.get(path):
            return {unit: f"api_{unit}"}
    return {}


def _needed(draft: Draft, module: str) -> set[str]:
    """The names that other generated modules import from this one."""
    found: set[str] = set()
    tests = {path for files in draft.units.values() for path in files[1:]}
    for path, text in draft.files.items():
        if path.endswith(".py") and path not in tests:
            for node in ast.parse(text).body:
                if isinstance(node, ast.ImportFrom) and node.module == module:
                    found |= {alias.name for alias in node.names}
    return found


def _offered(text: str) -> set[str]:
    try:
        return defined_names(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return set()
