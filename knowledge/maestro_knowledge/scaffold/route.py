"""One request from beginning to end: read, fit, decide, draft, format, compare, check, write."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.scaffold import formatting, place, verify
from maestro_knowledge.scaffold.catalog import Manifest, read_pattern, read_patterns
from maestro_knowledge.scaffold.drafting import Draft, Drafter
from maestro_knowledge.scaffold.fit import Fit, read_fit, refuse_ambiguity
from maestro_knowledge.scaffold.joining import Joined, add_settings, join_project
from maestro_knowledge.scaffold.model import Choice, PlannedFile, Scaffold
from maestro_knowledge.scaffold.names import Names, cut_middle
from maestro_knowledge.scaffold.planning import Plan, Setting, make_plan
from maestro_knowledge.scaffold.reading import RouteRequest, read_request
from maestro_knowledge.scaffold.reuse import Reused, draw_with_reuse
from maestro_knowledge.scaffold.self_check import complete_checklist
from maestro_knowledge.scaffold.settings.use import (
    Merged,
    find_there,
    merge_settings,
    stand_in_settings,
)
from maestro_knowledge.scaffold.standing import TRIAL, stand_in_app, stand_in_guard, stand_in_sessions
from maestro_knowledge.scaffold.starting import environment_of, needs, start_project
from maestro_knowledge.scaffold.targets import say_target
from maestro_knowledge.scaffold.undescribed import find_undescribed
from maestro_knowledge.scaffold.wiring import Seat, choose_seat


def scaffold_route(request: Mapping[str, Any], *, project_root: Path | None, write: bool) -> Scaffold:
    """The checked plan of one request; on disk when `write` is set and nothing speaks against it."""
    work = _begin(request, project_root)
    if write:
        refuse_ambiguity(work.fit)
    return work.finish(write=write)


def plan_route(request: Mapping[str, Any], *, project_root: Path | None) -> tuple[PlannedFile, ...]:
    """What a request comes to in a project as it stands, untried: for looking at, never for writing."""
    return _begin(request, project_root).draft().planned


def ask_route(request: Mapping[str, Any], *, project_root: Path | None) -> tuple[Choice, ...]:
    """What a request leaves open in a project, and what would be taken."""
    return _begin(request, project_root).plan().choices


@dataclass(frozen=True, slots=True)
class _Drafted:
    """Everything that a request comes to, before it was tried."""

    plan: Plan
    reused: Reused
    files: dict[str, str]
    joined: Joined
    planned: tuple[PlannedFile, ...]


@dataclass(slots=True)
class _Work:
    """A request on its way to a plan."""

    request: RouteRequest
    fit: Fit
    root: Path | None
    seat: Seat | None = None
    choices: list[Choice] = field(default_factory=list)
    merged: Merged = field(default_factory=Merged)
    whole: Merged = field(default_factory=Merged)
    """The same before modules that are there were left out: what stands in for those reads it."""

    def plan(self) -> Plan:
        """Decides everything that the request leaves open."""
        fit = self.fit
        app, silent = "", tuple[str, ...]()
        if fit.app is not None and fit.project is not None:
            app, silent = fit.app.id, find_undescribed(fit.project, fit.app)
        return make_plan(
            self.request, Setting(fit.target, fit.layout, fit.style.width, fit.habits, app, silent)
        )

    def draft(self) -> _Drafted:
        """Decides, renders, formats and compares with what is there."""
        manifest = read_pattern(self.request.pattern)
        self._find_seat(manifest)
        plan = self.plan()
        reused = draw_with_reuse(
            lambda kept, renamed: self._draw(plan, manifest, kept, renamed), self.fit.layout, self.root
        )
        files = self._format(reused.draft.files)
        joined = join_project(self.fit, self.root, self.seat, plan, reused)
        add_settings(joined, self.root, self.merged)
        planned = place.compare({**self._new(files), **self._kept(reused)}, self.root, edited=joined.edited)
        return _Drafted(plan, reused, files, joined, tuple(planned))

    def finish(self, *, write: bool) -> Scaffold:
        """Tries what was drafted, and writes it if it is to be and may be."""
        drafted = self.draft()
        manifest, plan, reused = read_pattern(self.request.pattern), drafted.plan, drafted.reused
        found = verify.run_checks(self._subject(plan, reused, drafted.joined, drafted.files))
        written = write and self.root is not None and not found.has_failed
        if written and self.root is not None:
            place.write_all(drafted.planned, self.root, before=drafted.joined.before)
        return Scaffold(
            files=drafted.planned,
            checks=found.checks,
            checklist=complete_checklist(found.checklist, found.schema, drafted.files),
            refs=tuple(
                dict.fromkeys(ref for part in (manifest, *reused.draft.manifests) for ref in part.refs)
            ),
            questions=(
                *self.fit.choices,
                *self.choices,
                *plan.choices,
                *self.merged.choices,
                *self._say_name(),
                self._say_target(),
            ),
            next_steps=(
                *drafted.joined.next_steps,
                *map(self.merged.spell, (*plan.next_steps, *manifest.next_steps)),
            ),
            written=written,
        )

    def _say_name(self) -> tuple[Choice, ...]:
        names = self.request.names
        if not names.said:
            return ()
        why = f"{names.path} is too long for lines of code; the path keeps it"
        return (Choice("name", "What is it called in code?", names.title, why, ("a shorter name",)),)

    def _say_target(self) -> Choice:
        project = self.fit.project
        return say_target(self.fit.target, project.versions if project is not None else {})

    def _find_seat(self, manifest: Manifest) -> None:
        """Chooses where the router goes; the path that it inherits there is left out of its own."""
        if self.fit.app is None or self.fit.project is None:
            return
        asked = self.request.options.prefix
        self.seat = choose_seat(self.fit.project, self.fit.app, asked, at_top=manifest.at_top)
        if self.seat is None:
            return
        options = self.request.options.model_copy(update={"prefix": self.seat.prefix or None})
        self.request = replace(self.request, options=options)
        if self.seat.above and asked is None:
            joint = self.seat.joint
            why = f"routers are included by {joint.variable} in {joint.module.path}, whose path this is"
            self.choices.append(Choice("options.prefix", "Below which path?", self.seat.above, why))

    def _draw(
        self, plan: Plan, manifest: Manifest, kept: Mapping[str, str], renamed: Mapping[str, str]
    ) -> Draft:
        context = {
            "storage": "memory",
            "database": "sqlite",
            **plan.context,
            "names": self.request.names,
            "target": self.fit.target,
            "width": self.fit.style.width,
            "guest": self.fit.is_guest,
            "common_errors": "" if self.fit.is_guest else "422",
        }
        drafter = Drafter(self.fit.layout, self.request.names, context, kept, renamed)
        tests = frozenset(["tests"] if self.request.options.tests else [])
        drafter.add(manifest, plan.flags | tests)
        if self.fit.app is None:
            start_project(drafter, plan, self.fit, self.root, has_tests=bool(tests))
            drafter.add_units(plan.flags | tests)
        drafter.draft.needs = needs(drafter, plan)
        drafter.draft.more_dev = list(plan.dev_dependencies)
        drafter.draft.environment = dict(environment_of(drafter, plan))
        there = find_there(self.whole, kept.values(), self.fit.layout, self.root)
        own, width = self.fit.layout.own_of(self.request.names), self.fit.style.width
        self.merged = merge_settings(
            drafter.draft, self.fit.settings, there, own=own, width=width, pattern=manifest.name
        )
        if not (kept or renamed):
            self.whole = self.merged
        return drafter.draft

    def _format(self, files: Mapping[str, str]) -> dict[str, str]:
        style = self.fit.style
        return formatting.format_files(files, width=style.width, quotes=style.quotes)

    def _new(self, files: Mapping[str, str]) -> dict[str, str]:
        """The files without the packages and project files that are there already."""
        root = self.root
        if root is None:
            return dict(files)
        return {path: text for path, text in files.items() if not _stays(path, text, root, self.fit)}

    def _kept(self, reused: Reused) -> dict[str, str]:
        """The shared modules that are taken as they are."""
        root = self.root
        return {} if root is None else {path: place.read_file(root, path) for path in reused.kept}

    def _subject(self, plan: Plan, reused: Reused, joined: Joined, files: dict[str, str]) -> verify.Subject:
        fit = self.fit
        stand_ins = dict(reused.stand_ins)
        entry = f"{fit.layout.entry_module}:app"
        if fit.app is not None:
            path, text = stand_in_app(plan.wiring, joined.installers, fit.layout)
            stand_ins[path] = text
            entry = f"{TRIAL}:app"
            if fit.habits.session is not None:
                stand_ins = {**stand_in_sessions(fit.habits.session, fit.layout), **stand_ins}
            if fit.habits.guard is not None:
                stand_ins |= stand_in_guard(fit.habits.guard, fit.layout, stand_ins)
            stand_ins |= stand_in_settings(self.whole, fit.layout, stand_ins)
        return verify.Subject(
            files=files,
            modules=reused.draft.modules,
            tests=reused.draft.tests,
            entry=entry,
            source=fit.layout.source,
            width=fit.style.width,
            quotes=fit.style.quotes,
            packages=plan.packages,
            stand_ins=stand_ins,
            edited=joined.edited,
            target=fit.target,
        )


def _begin(request: Mapping[str, Any], root: Path | None) -> _Work:
    """The checked request and the project that it is for."""
    checked = read_request(request, read_patterns())
    fit = read_fit(root)
    if checked.names.said and root is not None and _is_taken(checked.names, fit, root):
        checked = read_request(request, read_patterns(), cut_middle)
    return _Work(checked, fit, root)


def _is_taken(names: Names, fit: Fit, root: Path) -> bool:
    """Whether what is left of a long name is that of another one's routes already."""
    path = fit.layout.path_of(fit.layout.module("router", names))
    text = place.read_file(root, path) if (root / path).is_file() else ""
    return bool(text) and f'{names.path}"' not in text


def _stays(path: str, text: str, root: Path, fit: Fit) -> bool:
    """Whether a file is the project's own business: a package that is there, a test folder with tests."""
    there = root / path
    if path.endswith("__init__.py"):
        return place.read_file(root, path) != text if there.is_file() else there.parent.is_dir()
    if fit.app is not None:
        return False
    return path in {"pyproject.toml", "README.md", ".env.example"} and there.is_file()
