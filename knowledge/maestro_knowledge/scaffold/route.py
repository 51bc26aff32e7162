"""One request from beginning to end: read, decide, draft, format, compare, check, write."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.scaffold import crud, formatting, place, verify
from maestro_knowledge.scaffold.catalog import list_patterns, read_pattern
from maestro_knowledge.scaffold.drafting import Drafter
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.literals import WIDTH
from maestro_knowledge.scaffold.model import Scaffold
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.options import Habits, decide
from maestro_knowledge.scaffold.reading import read_request
from maestro_knowledge.scaffold.targets import newest_target


def scaffold_route(request: Mapping[str, Any], *, project_root: Path | None, write: bool) -> Scaffold:
    """The checked plan of one request; on disk when `write` is set and nothing speaks against it."""
    checked = read_request(request, list_patterns())
    resource = decide(checked, Habits())
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
    flags = frozenset(
        {resource.storage, *(["sql"] if resource.has_orm else []), *(["tests"] if has_tests else [])}
    )
    drafter.add(read_pattern(checked.pattern), flags)
    _start_project(drafter, checked.names, layout)
    draft = drafter.draft
    files = formatting.format_files(draft.files, width=width)
    planned = place.compare(files, project_root, edited={})
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
        next_steps=(),
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
