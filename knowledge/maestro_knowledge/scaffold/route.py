"""One request from beginning to end: read, decide, draft, format, compare, check, write."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.scaffold import crud, formatting, place, verify
from maestro_knowledge.scaffold.catalog import list_patterns, read_pattern
from maestro_knowledge.scaffold.drafting import Drafter
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.literals import WIDTH
from maestro_knowledge.scaffold.model import Scaffold
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.options import Habits, Resource, decide
from maestro_knowledge.scaffold.reading import read_request
from maestro_knowledge.scaffold.targets import newest_target

PLANNED = frozenset(
    {
        "agent_workflow",
        "api_key_auth",
        "background_task",
        "external_apis",
        "external_jwt",
        "file_upload",
        "health",
        "http_actions_store",
        "json_lines",
        "jwt_auth",
        "llm_gateway",
        "middleware",
        "settings",
        "sse",
        "tests",
        "websocket",
    }
)
PROJECT_FILES = frozenset({"app/main.py", "pyproject.toml", "tests/test_main.py"})


def scaffold_route(request: Mapping[str, Any], *, project_root: Path | None, write: bool) -> Scaffold:
    """The checked plan of one request; on disk when `write` is set and nothing speaks against it."""
    pattern = request.get("pattern")
    if pattern in PLANNED:
        raise NotBuilt(
            f"pattern {pattern} has no templates yet.", "crud is there; read_docs has guides for it."
        )
    checked = read_request(request, list_patterns())
    resource = decide(checked, Habits())
    _refuse_unbuilt(resource)
    target = newest_target()
    layout = Layout()
    width = WIDTH
    context = crud.make_context(resource, target, width) | {
        "width": width,
        "guest": False,
        "common_errors": "422",
    }
    drafter = Drafter(layout, checked.names, context, {})
    has_tests = checked.options.tests
    flags: frozenset[str] = frozenset(
        {resource.storage, *(["sql"] if resource.has_orm else []), *(["tests"] if has_tests else [])}
    )
    drafter.add(read_pattern(checked.pattern), flags)
    _start_project(drafter, checked.names, layout)
    draft = drafter.draft
    kept = _keep_existing(draft.files, project_root)
    files = formatting.format_files(draft.files, width=width)
    new = {path: text for path, text in files.items() if path not in kept}
    planned = place.compare(new, project_root, edited={})
    subject = verify.Subject(
        files=files, modules=draft.modules, tests=draft.tests, entry="app.main:app", source="", width=width
    )
    checks, _ = verify.run_checks(subject)
    failed = [check.name for check in checks if check.verdict == "fail"]
    written = write and project_root is not None and not failed
    if written and project_root is not None:
        place.write_all(planned, project_root)
    return Scaffold(
        files=planned,
        checks=checks,
        checklist=(),
        refs=read_pattern(checked.pattern).refs,
        questions=resource.choices,
        next_steps=_next_steps(resource, layout, kept),
        written=written,
    )


def _start_project(drafter: Drafter, names: Names, layout: Layout) -> None:
    entry = layout.core_module("x").removesuffix("core.x") + layout.entry
    routers = [{"module": layout.module("router", names), "name": f"{names.attributes}_router"}]
    title = "Application"
    drafter.add_module(entry, "project/main.py.j2", routers=routers, title=title)
    drafter.add_test("main", "project/test_main.py.j2", entry=entry)
    draft = drafter.draft
    draft.files["tests/__init__.py"] = '"""Tests of the application."""\n'
    drafter.add_text(
        "pyproject.toml",
        "project/pyproject.toml.j2",
        project_name="application",
        title=title,
        entry=entry,
        dependencies=["fastapi[standard]"],
        dev_dependencies=["pytest"],
    )


def _refuse_unbuilt(resource: Resource) -> None:
    if resource.storage == "asyncpg":
        raise NotBuilt(
            "storage asyncpg has no templates yet.", "Use sqlalchemy or sqlmodel, database postgres."
        )
    if resource.auth.scheme != "none":
        raise NotBuilt("options.auth has no templates yet.", "Ask without it and protect the router by hand.")


def _keep_existing(files: Mapping[str, str], root: Path | None) -> frozenset[str]:
    """The files of the project as a whole that are there already, and stay as they are."""
    if root is None:
        return frozenset()
    return frozenset(
        path
        for path in files
        if path in PROJECT_FILES or path.endswith("__init__.py")
        if (root / path).exists()
    )


def _next_steps(resource: Resource, layout: Layout, kept: frozenset[str]) -> tuple[str, ...]:
    names = resource.request.names
    steps: list[str] = []
    if "app/main.py" in kept:
        router = f"{names.attributes}_router"
        steps += [
            f"Unless app/main.py has it: from {layout.module('router', names)} import router as {router}",
            f"Unless app/main.py has it: app.include_router({router})",
        ]
    if resource.has_orm:
        steps.append("Set DATABASE_URL; set DATABASE_CREATE_TABLES=false once migrations make the tables.")
        driver = "aiosqlite" if resource.database == "sqlite" else "asyncpg"
        steps.append(f"Install: uv add {resource.storage} sqlalchemy[asyncio] {driver} pydantic-settings")
    return tuple(steps)
