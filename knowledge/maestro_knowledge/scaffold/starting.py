"""The files that only a new project gets: its application, its settings, what a reader meets first."""

import re
from collections.abc import Mapping
from pathlib import Path

from maestro_knowledge.scaffold.drafting import Drafter
from maestro_knowledge.scaffold.fit import Fit
from maestro_knowledge.scaffold.planning import Plan


def start_project(drafter: Drafter, plan: Plan, fit: Fit, root: Path | None, *, has_tests: bool) -> None:
    """Adds the application around the files of a plan, and what a project has beside its code."""
    layout, draft = fit.layout, drafter.draft
    entry = layout.entry_module
    title = _title(root)
    drafter.add_module(entry, "project/main.py.j2", wiring=plan.wiring, title=title)
    if has_tests:
        drafter.add_test("main", "project/test_main.py.j2", entry=entry, wiring=plan.wiring)
        draft.files[f"{layout.tests}/__init__.py"] = '"""Tests of the application."""\n'
    context = {
        "project_name": _slug(root),
        "title": title,
        "entry": entry,
        "source": layout.source,
        "dependencies": [*floors(fit), *needs(drafter, plan)],
        "dev_dependencies": sorted({"pytest", _client(fit), *draft.dev_dependencies, *plan.dev_dependencies}),
        "environment": environment_of(drafter, plan),
        "wiring": plan.wiring,
    }
    drafter.add_text("pyproject.toml", "project/pyproject.toml.j2", **context)
    drafter.add_text("README.md", "project/README.md.j2", **context)
    if context["environment"]:
        drafter.add_text(".env.example", "project/env.example.j2", **context)


def needs(drafter: Drafter, plan: Plan) -> list[str]:
    """What has to be installed for the files of a plan, beside FastAPI itself."""
    return sorted({*drafter.draft.dependencies, *plan.dependencies})


def floors(fit: Fit) -> list[str]:
    """FastAPI and Pydantic from the version on that the code is written for."""
    fastapi, pydantic = fit.target.fastapi, fit.target.pydantic
    return [f"fastapi[standard]>={_minor(fastapi)}", f"pydantic>={_minor(pydantic)}"]


def environment_of(drafter: Drafter, plan: Plan) -> Mapping[str, str]:
    """The environment variables that the files read, each with a line about it."""
    found = {name: about for manifest in drafter.draft.manifests for name, about in manifest.environment}
    return dict(sorted({**found, **plan.environment}.items()))


def _client(fit: Fit) -> str:
    return "httpx2" if fit.target.has("httpx2") else "httpx"


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _slug(root: Path | None) -> str:
    name = root.resolve().name if root is not None else ""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    return slug or "application"


def _title(root: Path | None) -> str:
    words = _slug(root).replace("-", " ")
    return words[:1].upper() + words[1:]
