"""What changes in the files that a project has: routers included, dependencies and variables declared."""

import ast
from collections.abc import Mapping
from pathlib import Path

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.scaffold import place
from maestro_knowledge.scaffold.dependency_files import declare
from maestro_knowledge.scaffold.fit import Fit
from maestro_knowledge.scaffold.planning import Installer, Plan, Wiring
from maestro_knowledge.scaffold.reuse import Reused
from maestro_knowledge.scaffold.settings.use import Merged, edit_settings
from maestro_knowledge.scaffold.wiring import Seat, Wired, wire


@dataclass(slots=True)
class Joined:
    """The new text of every file that is edited, what it was before, and what is left to do by hand."""

    edited: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    next_steps: list[str] = field(default_factory=list)
    installers: tuple[Installer, ...] = ()


def join_project(fit: Fit, root: Path | None, seat: Seat | None, plan: Plan, reused: Reused) -> Joined:
    """The edits that make generated files a part of the project at `root`."""
    joined = Joined(installers=(*_error_handlers(fit, reused), *plan.wiring.installers))
    if root is None:
        return joined
    if fit.app is not None and fit.project is not None:
        wiring = Wiring(plan.wiring.routers, joined.installers)
        _add_wiring(joined, wire(fit.project, fit.app, seat, wiring))
    if fit.app is not None or (root / "pyproject.toml").is_file():
        _add_dependencies(joined, fit, root, reused)
        _add_environment(joined, fit, root, reused.draft.environment)
    joined.before = {path: place.read_file(root, path) for path in joined.edited}
    return joined


def _error_handlers(fit: Fit, reused: Reused) -> tuple[Installer, ...]:
    """The handlers of the shared errors, where something generated raises them."""
    if fit.app is None:
        return ()
    for unit in ("errors", "api_errors"):
        module = fit.layout.core_module(unit)
        for text in reused.draft.files.values():
            if f"from {module} import" in text:
                return (Installer(module, "add_error_handlers"),)
    return ()


def _add_wiring(joined: Joined, wired: Wired) -> None:
    joined.edited |= wired.edited
    for path, text in wired.edited.items():
        ast.parse(text, filename=path)
    joined.next_steps += [f"Add by hand, where the application is built: {line}" for line in wired.by_hand]


def add_settings(joined: Joined, root: Path | None, merged: Merged) -> None:
    """Adds the fields that the project's settings class does not have yet."""
    if root is None or merged.source is None or not merged.fields:
        return
    path = merged.source.path
    text = joined.edited.get(path) or place.read_file(root, path)
    joined.edited[path] = edit_settings(text, merged)
    ast.parse(joined.edited[path], filename=path)
    joined.before[path] = place.read_file(root, path)


def _add_dependencies(joined: Joined, fit: Fit, root: Path, reused: Reused) -> None:
    client = "httpx2" if fit.target.has("httpx2") else "httpx"
    drawn = reused.draft
    dev = sorted({"pytest", client, *drawn.dev_dependencies, *drawn.more_dev}) if drawn.tests else []
    runtime = ["fastapi[standard]", *drawn.needs] if fit.app is None else list(drawn.needs)
    found = declare(root, fit.layout.folder, runtime, dev)
    joined.edited |= found.edited
    if found.by_hand:
        joined.next_steps.append(f"Install: uv add {' '.join(found.by_hand)}")


def _add_environment(joined: Joined, fit: Fit, root: Path, environment: Mapping[str, str]) -> None:
    """Variables that are new, in `.env.example` where there is one, else told."""
    if not environment:
        return
    folder = fit.layout.folder
    path = f"{folder}/.env.example" if folder else ".env.example"
    if not (root / path).is_file():
        if fit.app is not None:
            joined.next_steps.append(f"Set in the environment: {', '.join(environment)}.")
        return
    text = place.read_file(root, path)
    known = {line.split("=", 1)[0].strip().removeprefix("#").strip() for line in text.splitlines()}
    newline = "\r\n" if "\r\n" in text else "\n"
    missing = [f"{name}={value}{newline}" for name, value in environment.items() if name not in known]
    gap = newline if text and not text.endswith("\n") and missing else ""
    joined.edited[path] = text + gap + "".join(missing)
