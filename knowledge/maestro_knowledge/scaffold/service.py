"""A whole service from a specification: features, resources, clients, and everything around them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import Conflict
from maestro_knowledge.core.records import replace
from maestro_knowledge.scaffold import formatting, place, verify
from maestro_knowledge.scaffold.catalog import read_pattern, read_patterns
from maestro_knowledge.scaffold.drafting import Draft, Drafter
from maestro_knowledge.scaffold.fit import Fit, read_fit
from maestro_knowledge.scaffold.handover import write_notes
from maestro_knowledge.scaffold.model import Choice, Scaffold
from maestro_knowledge.scaffold.names import Names, split_words
from maestro_knowledge.scaffold.payload import make_payload
from maestro_knowledge.scaffold.planning import Plan, Setting, Wiring, make_plan
from maestro_knowledge.scaffold.reading import RouteRequest, read_request
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.render import render_text
from maestro_knowledge.scaffold.sandbox import has_package
from maestro_knowledge.scaffold.self_check import complete_checklist
from maestro_knowledge.scaffold.service_compose import compose_features, find_lifespans, is_storing
from maestro_knowledge.scaffold.service_resources import fix_fields, make_requests, plain_fields
from maestro_knowledge.scaffold.service_spec import Design, read_design
from maestro_knowledge.scaffold.service_types import Models, read_models
from maestro_knowledge.scaffold.starting import start_project

FLAGS = frozenset({"tests"})
TRIED_WITH = {
    "DATABASE_CREATE_TABLES": "false",
    "DOCUMENT_STORE_URL": "https://store.example",
    "LLM_API_KEY": "test-key",
}
"""What the service is tried with where nothing has a default."""

STAND_IN = Path(__file__).parent / "templates" / "service" / "redis_stand_in.txt"


def scaffold_service(spec: str, types: str, *, project_root: Path | None, write: bool) -> Scaffold:
    """The files of a service from the exchange format's specification and Pydantic models as source."""
    design = read_design(spec)
    models = read_models(types)
    fit = read_fit(project_root)
    if fit.app is not None:
        raise Conflict(
            f"{fit.app.id} is an application already.",
            "A service is started in a folder of its own; use scaffold_route to extend this one.",
        )
    return _Service(design, models, fit, project_root).finish(write=write)


class _Service:
    """A service on its way from a design to files that were tried."""

    def __init__(self, design: Design, models: Models, fit: Fit, root: Path | None) -> None:
        storage = is_storing(design)
        habits = (
            replace(fit.habits, **storage, storage_why="the specification names PostgreSQL")
            if storage
            else fit.habits
        )
        self._design, self._models, self._root = design, models, root
        self._fit = replace(fit, habits=habits)
        self._setting = Setting(fit.target, fit.layout, fit.style.width, habits)
        self._draft = Draft()
        self._plan = Plan(context={})
        self._choices: list[Choice] = list(design.choices)

    def finish(self, *, write: bool) -> Scaffold:
        resources, choices = make_requests(self._models, is_storing(self._design))
        self._choices += choices
        for request in compose_features(self._design, self._choices):
            self._add_feature(read_request(request, read_patterns()))
        for resource in resources:
            checked = read_request(resource.request, read_patterns())
            self._add_feature(fix_fields(checked, resource.changeable))
        drafter = self._add_surroundings()
        style = self._fit.style
        files = formatting.format_files(self._draft.files, width=style.width, quotes=style.quotes)
        found = verify.run_checks(self._subject(files))
        files |= self._describe(drafter, found.schema)
        planned = place.compare(files, self._root, edited={})
        written = write and self._root is not None and not found.has_failed
        if written and self._root is not None:
            place.write_all(planned, self._root, before={})
        return Scaffold(
            files=planned,
            checks=found.checks,
            checklist=complete_checklist(found.checklist, found.schema, files),
            refs=tuple(dict.fromkeys(ref for manifest in self._draft.manifests for ref in manifest.refs)),
            questions=tuple(dict.fromkeys((*self._choices, *self._plan.choices))),
            next_steps=tuple(dict.fromkeys((*self._plan.next_steps, *self._steps(bool(found.schema))))),
            written=written,
        )

    def _add_feature(self, checked: RouteRequest) -> None:
        plan = make_plan(checked, self._setting)
        drafter = self._drafter(checked.names, plan.context)
        drafter.add(read_pattern(checked.pattern), plan.flags | FLAGS)
        self._merge(drafter.draft)
        old = self._plan
        manifest = read_pattern(checked.pattern)
        self._plan = Plan(
            context={},
            wiring=old.wiring.join(plan.wiring),
            choices=(*old.choices, *plan.choices),
            next_steps=(*old.next_steps, *plan.next_steps, *manifest.next_steps),
            dependencies=(*old.dependencies, *plan.dependencies),
            dev_dependencies=(*old.dev_dependencies, *plan.dev_dependencies),
            environment={**old.environment, **plan.environment},
            packages=(*old.packages, *plan.packages),
        )

    def _drafter(self, names: Names, context: Mapping[str, Any]) -> Drafter:
        shared = {
            "storage": "memory",
            "database": "sqlite",
            "guards": self._design.patterns,
            **context,
            "names": names,
            "target": self._fit.target,
            "width": self._fit.style.width,
            "guest": False,
            "common_errors": "422",
        }
        return Drafter(self._fit.layout, names, shared, {}, {})

    def _merge(self, draft: Draft) -> None:
        mine = self._draft
        mine.files |= draft.files
        mine.modules += [name for name in draft.modules if name not in mine.modules]
        mine.tests += [path for path in draft.tests if path not in mine.tests]
        mine.manifests += [one for one in draft.manifests if one not in mine.manifests]
        mine.units |= draft.units

    def _add_surroundings(self) -> Drafter:
        """Adds clients, models that are only kept, and the application with its lifespan."""
        design, layout = self._design, self._fit.layout
        words = split_words(design.name)
        drafter = self._drafter(Names(words, words), self._context())
        drafter.draft = self._draft
        for one in design.of_kind("http"):
            stem = "".join(word.capitalize() for word in one.name.words)
            drafter.add_module(
                layout.core_module(f"{one.name.plain}_client"), "service/client.py.j2", one=one, one_stem=stem
            )
            drafter.add_test(f"{one.name.plain}_client", "service/test_client.py.j2", one=one, one_stem=stem)
            self._plan = replace(
                self._plan,
                environment={
                    **self._plan.environment,
                    one.variable: one.url or "https://example.com",
                },
                packages=(*self._plan.packages, *(("tenacity",) if "retry" in design.patterns else ())),
            )
        stores = {one.variable: one.address for one in design.of_kind("postgres", "redis")}
        self._plan = replace(self._plan, environment={**self._plan.environment, **stores})
        for name, fields in self._models.kept.items():
            self._keep_model(drafter, name, plain_fields(fields))
        lifespans = [(layout.core_module(unit), name) for unit, name in find_lifespans(design)]
        start_project(drafter, self._plan, self._fit, Path(design.name), has_tests=True)
        drafter.add_module(
            layout.entry_module, "service/main.py.j2", wiring=self._order(), lifespans=lifespans
        )
        environment = {name: value for name, value in self._plan.environment.items() if value}
        drafter.add_test(
            "service",
            "service/test_service.py.j2",
            entry=layout.entry_module,
            environment=sorted({**environment, **TRIED_WITH}.items()),
            probed=self._design.checks,
        )
        drafter.complete(FLAGS)
        self._draft.modules = list(dict.fromkeys(self._draft.modules))
        self._draft.tests = list(dict.fromkeys(self._draft.tests))
        return drafter

    def _keep_model(self, drafter: Drafter, name: str, fields: list[dict[str, Any]]) -> None:
        words = " ".join(split_words(name))
        checked: RouteRequest = read_request(
            {"pattern": "sse", "name": words, "fields": fields}, read_patterns()
        )
        refusals = Refusals()
        payload = make_payload(checked, self._setting, (), refusals)
        refusals.raise_any(f"The model {name}")
        module = self._fit.layout.core_module(f"{checked.names.attribute}_model")
        more = {"model": checked.names.stem, "model_module": module, **payload}
        drafter.add_module(module, "service/model.py.j2", **more)
        drafter.add_test(f"{checked.names.attribute}_model", "service/test_model.py.j2", **more)

    def _order(self) -> Wiring:
        """Routers in the order of their modules, the probes first."""
        wiring = self._plan.wiring
        first = [router for router in wiring.routers if router.name in {"health_router", "metrics_router"}]
        rest = [router for router in wiring.routers if router not in first]
        return Wiring((*first, *rest), wiring.installers)

    def _context(self) -> dict[str, Any]:
        target = self._fit.target
        return {
            "httpx": "httpx2" if target.has("httpx2") else "httpx",
            "service_name": self._design.name,
            "service_title": " ".join(split_words(self._design.name)),
            "needed": self._design.needed,
            **is_storing(self._design),
        }

    def _subject(self, files: dict[str, str]) -> verify.Subject:
        fit = self._fit
        stand_ins: dict[str, str] = {}
        if self._design.of_kind("redis") and not has_package("redis"):
            stand_ins = {"redis/__init__.py": "", "redis/asyncio.py": STAND_IN.read_text(encoding="utf-8")}
        return verify.Subject(
            files=files,
            modules=self._draft.modules,
            tests=self._draft.tests,
            entry=f"{fit.layout.entry_module}:app",
            source=fit.layout.source,
            width=fit.style.width,
            quotes=fit.style.quotes,
            packages=tuple(dict.fromkeys(name for name in self._plan.packages if name != "redis")),
            stand_ins=stand_ins,
            target=fit.target,
        )

    def _describe(self, drafter: Drafter, schema: Mapping[str, Any]) -> dict[str, str]:
        """What is written about the code once it was tried: the documents, the image, the notes."""
        operations = [
            (method.upper(), path, operation.get("summary", ""))
            for path, methods in schema.get("paths", {}).items()
            for method, operation in methods.items()
        ]
        models = sorted([*self._models.resources, *self._models.unpaired])
        stack = next(
            (one.taken for one in self._plan.choices if one.option == "options.middleware_stack"), ""
        )
        context = {
            **drafter.context,
            "operations": operations,
            "environment": sorted(self._plan.environment),
            "stack": stack.split(", ") if stack else list(self._design.stack),
            "asked": self._design.checks,
        }
        files = {
            "README.md": render_text("service/README.md.j2", context),
            "Dockerfile": render_text("service/Dockerfile.j2", context),
            ".dockerignore": render_text("service/dockerignore.j2", context),
        }
        for note in write_notes(self._design, operations, sorted(self._plan.environment), models):
            about = {"partner": note.partner, "purpose": note.purpose, "lines": note.lines, "asks": note.asks}
            files[f"docs/handover/{note.partner}.md"] = render_text(
                "service/handover.md.j2", {**context, **about}
            )
        if schema:
            files["openapi.json"] = json.dumps(schema, indent=2, sort_keys=True) + "\n"
        return files

    def _steps(self, has_schema: bool) -> tuple[str, ...]:
        steps = ["Make the lock file with `uv lock`; the image is built from it."]
        if self._design.of_kind("redis") and not has_package("redis"):
            steps.append(
                "redis is not installed beside the server: the code was tried with a stand-in of its client."
            )
        if not has_schema:
            steps.append("openapi.json could not be made here: run the service and save /openapi.json.")
        return tuple(steps)
