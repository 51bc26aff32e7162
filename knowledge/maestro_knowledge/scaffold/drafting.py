"""From a pattern and its context to the text of every file it needs, shared modules included."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.scaffold.catalog import FileRule, Manifest, read_units
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.names import Names
from maestro_knowledge.scaffold.render import render_python, render_text

PACKAGE_LINE = '"""{}."""\n'


@dataclass(slots=True)
class Draft:
    """The files of a plan while it is being made, by path."""

    files: dict[str, str] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    manifests: list[Manifest] = field(default_factory=list)
    units: dict[str, list[str]] = field(default_factory=dict)
    """The files of each shared unit, its module first."""

    needs: list[str] = field(default_factory=list)
    more_dev: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """What has to be installed to run the files."""
        return tuple(sorted({name for manifest in self.manifests for name in manifest.dependencies}))

    @property
    def dev_dependencies(self) -> tuple[str, ...]:
        """What has to be installed to run the tests."""
        return tuple(sorted({name for manifest in self.manifests for name in manifest.dev_dependencies}))


class Drafter:
    """Renders manifests into a draft; a shared module is drawn in when something imports it."""

    def __init__(
        self,
        layout: Layout,
        names: Names,
        context: dict[str, Any],
        kept: Mapping[str, str],
        renamed: Mapping[str, str],
    ) -> None:
        self._layout = layout
        self._names = names
        self._kept = kept
        self._renamed = renamed
        self._own = layout.own_of(names)
        self._imported: set[str] = set()
        self.draft = Draft()
        self.context: dict[str, Any] = {
            **context,
            "core": self._core,
            "module": lambda role: layout.module(role, names),
            "package": layout.package,
        }

    def add(self, manifest: Manifest, flags: frozenset[str]) -> None:
        """Renders what the manifest lists, then every shared module that the result imports."""
        self.draft.manifests.append(manifest)
        for rule in manifest.files:
            if rule.test and "tests" not in flags:
                continue
            if all((flag.removeprefix("!") in flags) != flag.startswith("!") for flag in rule.when):
                self._write(rule, manifest.name)
        self.add_units(flags)

    def complete(self, flags: frozenset[str]) -> None:
        """Renders every shared module that what was added since imports."""
        self.add_units(flags)

    def add_module(self, module: str, template: str, **more: Any) -> None:
        """Renders one module under a name of its own."""
        self._put_module(module, self._render(template, more))

    def add_test(self, name: str, template: str, module: str = "", **more: Any) -> None:
        """Renders one test module; `module` is what it tests, as far as that is one."""
        path = self._layout.test_path(name, module)
        self.draft.files[path] = self._render(template, more)
        self.draft.tests.append(path)

    def add_text(self, path: str, template: str, **more: Any) -> None:
        """Renders one file that is not Python."""
        self.draft.files[path] = render_text(template, {**self.context, **more})

    def _core(self, unit: str) -> str:
        return self._kept.get(unit) or self._layout.core_module(self._renamed.get(unit, unit))

    def add_units(self, flags: frozenset[str]) -> None:
        """Renders every shared module that something imports and that is not there yet."""
        units = read_units()
        done = {manifest.name for manifest in self.draft.manifests}
        for name in sorted(units):
            if name in done or name in self._kept or self._core(name) not in self._imported:
                continue
            self.add(units[name], flags)
            return self.add_units(flags)
        return None

    def _write(self, rule: FileRule, unit: str) -> None:
        if rule.role == "tests":
            router = self._layout.module("router", self._names)
            tested = router if router in self.draft.modules else ""
            self.add_test(self._names.module, rule.template, tested)
        elif rule.role:
            self._put_module(self._layout.module(rule.role, self._names), self._render(rule.template, {}))
        elif rule.core:
            self._put_module(self._core(unit), self._render(rule.template, {}))
            self.draft.units.setdefault(unit, []).insert(0, self._layout.path_of(self._core(unit)))
        elif rule.test:
            name = self._renamed.get(unit, rule.test)
            self.add_test(name, rule.template, self._core(unit))
            self.draft.units.setdefault(unit, []).append(self._layout.test_path(name, self._core(unit)))
        else:
            self.add_text(rule.path, rule.template)

    def _put_module(self, module: str, text: str) -> None:
        for package in self._layout.packages_of(module):
            self.draft.files.setdefault(package, PACKAGE_LINE.format(_title(package)))
        self.draft.files[self._layout.path_of(module)] = text
        self.draft.modules.append(module)

    def _render(self, template: str, more: dict[str, Any]) -> str:
        text = render_python(template, {**self.context, **more}, own=self._own)
        self._imported |= set(_imported(text))
        return text


def _imported(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _title(package: str) -> str:
    name = package.rsplit("/", 2)[-2] if "/" in package else "package"
    titles = {"core": "What every part of the application shares", "app": "The application"}
    words = name.replace("_", " ")
    return titles.get(name, f"{words[:1].upper()}{words[1:]}")
