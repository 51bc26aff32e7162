"""One request from beginning to end: read, decide, draft, format, compare, check, write."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import NotBuilt
from maestro_knowledge.scaffold import formatting, place, verify
from maestro_knowledge.scaffold.catalog import read_pattern, read_patterns
from maestro_knowledge.scaffold.drafting import Draft, Drafter
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.literals import WIDTH
from maestro_knowledge.scaffold.model import Scaffold
from maestro_knowledge.scaffold.planning import Plan, Setting, Wiring, make_plan
from maestro_knowledge.scaffold.reading import RouteRequest, read_request
from maestro_knowledge.scaffold.targets import newest_target
from maestro_knowledge.scaffold.vocabulary import PATTERNS

PROJECT_FILES = frozenset({"app/main.py", "pyproject.toml", "tests/test_main.py"})


def scaffold_route(request: Mapping[str, Any], *, project_root: Path | None, write: bool) -> Scaffold:
    """The checked plan of one request; on disk when `write` is set and nothing speaks against it."""
    pattern = request.get("pattern")
    if pattern in PATTERNS and pattern not in read_patterns():
        raise NotBuilt(
            f"pattern {pattern} has no templates yet.", "crud is there; read_docs has guides for it."
        )
    checked = read_request(request, read_patterns())
    manifest = read_pattern(checked.pattern)
    setting = Setting(newest_target(), Layout(), WIDTH)
    plan = make_plan(checked, setting)
    draft = _draft(checked, plan, setting)
    kept = _keep_existing(draft.files, project_root)
    files = formatting.format_files(draft.files, width=setting.width)
    new = {path: text for path, text in files.items() if path not in kept}
    planned = place.compare(new, project_root, edited={})
    subject = verify.Subject(
        files=files,
        modules=draft.modules,
        tests=draft.tests,
        entry="app.main:app",
        source="",
        width=setting.width,
        packages=plan.packages,
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
        refs=tuple(dict.fromkeys(ref for part in (manifest, *draft.manifests) for ref in part.refs)),
        questions=plan.choices,
        next_steps=(*_say_wiring(plan.wiring, kept), *plan.next_steps, *manifest.next_steps),
        written=written,
    )


def _draft(request: RouteRequest, plan: Plan, setting: Setting) -> Draft:
    """The text of every file: the pattern's, what it shares with others, and the project around them."""
    context = {
        "storage": "memory",
        "database": "sqlite",
        **plan.context,
        "names": request.names,
        "target": setting.target,
        "width": setting.width,
        "guest": False,
        "common_errors": "422",
    }
    drafter = Drafter(setting.layout, request.names, context, {})
    flags = plan.flags | frozenset(["tests"] if request.options.tests else [])
    drafter.add(read_pattern(request.pattern), flags)
    _start_project(drafter, plan, flags, setting.layout)
    return drafter.draft


def _start_project(drafter: Drafter, plan: Plan, flags: frozenset[str], layout: Layout) -> None:
    entry = layout.core_module("x").removesuffix("core.x") + layout.entry
    title = "Application"
    drafter.add_module(entry, "project/main.py.j2", wiring=plan.wiring, title=title)
    drafter.add_test("main", "project/test_main.py.j2", entry=entry, wiring=plan.wiring)
    drafter.complete(flags)
    draft = drafter.draft
    draft.files["tests/__init__.py"] = '"""Tests of the application."""\n'
    drafter.add_text(
        "pyproject.toml",
        "project/pyproject.toml.j2",
        project_name="application",
        title=title,
        entry=entry,
        dependencies=sorted({"fastapi[standard]", *draft.dependencies, *plan.dependencies}),
        dev_dependencies=sorted({"pytest", *draft.dev_dependencies, *plan.dev_dependencies}),
    )


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


def _say_wiring(wiring: Wiring, kept: frozenset[str]) -> tuple[str, ...]:
    if "app/main.py" not in kept:
        return ()
    steps: list[str] = []
    for installer in wiring.installers:
        steps += [f"from {installer.module} import {installer.function}", f"{installer.function}(app)"]
    for router in wiring.routers:
        steps += [
            f"from {router.module} import router as {router.name}",
            f"app.include_router({router.name})",
        ]
    return tuple(f"Unless app/main.py has it: {step}" for step in steps)
