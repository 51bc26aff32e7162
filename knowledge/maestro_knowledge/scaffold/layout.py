"""Where the files of a project lie, and what they are called when imported."""

import sys
from collections.abc import Mapping
from typing import Literal

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.scaffold import reserved
from maestro_knowledge.scaffold.names import Names

Style = Literal["domain", "layered"]

LAYERS = {
    "schemas": "schemas",
    "models": "models",
    "repository": "repositories",
    "service": "services",
    "dependencies": "dependencies",
    "router": "routers",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the files of a layer are named after what they are about: `user_service`, `users`."""

    prefix: str = ""
    suffix: str = ""
    is_plural: bool = True

    def spell(self, names: Names) -> str:
        """The module's name for a resource."""
        stem = names.module if self.is_plural else _safe(names.attribute)
        return f"{self.prefix}{stem}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Layout:
    """A project's habits of place.

    `source` is the folder that imports begin in, relative to the project; `package` the dotted package
    that holds the application, empty where modules lie in `source` itself. `base` is the package that
    packages of resources lie in, where that is another.
    """

    package: str = "app"
    source: str = ""
    style: Style = "domain"
    core: str = "core"
    tests: str = "tests"
    layers: Mapping[str, str] = field(default_factory=lambda: dict(LAYERS))
    entry: str = "main"
    base: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, Spelling] = field(default_factory=dict)
    top_level: frozenset[str] = frozenset()
    is_tested_beside: bool = False
    """Whether tests lie in the folder of what they test."""

    def module(self, role: str, names: Names) -> str:
        """The dotted name of the module that plays this role for a resource."""
        if self.style == "layered":
            known = role if role in self.layers else "service"
            name = self.spellings.get(known, Spelling()).spell(names)
            return _join(self.package, self.layers[known], name if known == role else f"{name}_{role}")
        folder = names.module
        if not (self.base or self.package) and folder in sys.stdlib_module_names:
            folder += "_api"
        return _join(self.base or self.package, folder, self.roles.get(role, role))

    def core_module(self, name: str) -> str:
        """The dotted name of a module that resources share."""
        return _join(self.package, self.core, name)

    @property
    def entry_module(self) -> str:
        """The dotted name of the module that a new application is made in."""
        return _join(self.package, self.entry)

    def path_of(self, module: str) -> str:
        """The file of a module, relative to the project."""
        return self._below(module.replace(".", "/") + ".py")

    def packages_of(self, module: str) -> list[str]:
        """The `__init__.py` files that a module needs above it."""
        parts = module.split(".")[:-1]
        return [self._below("/".join([*parts[: n + 1], "__init__.py"])) for n in range(len(parts))]

    def test_path(self, name: str, module: str = "") -> str:
        """The file that holds the tests of this name, where tests of this module lie."""
        beside = self.path_of(module).rpartition("/")[0] if module and self.is_tested_beside else self.tests
        return f"{beside}/test_{name}.py" if beside else f"test_{name}.py"

    @property
    def folder(self) -> str:
        """The folder that the project's own files (`pyproject.toml`, …) lie in, relative to the root."""
        parts = [part for part in self.source.split("/") if part]
        return "/".join(parts[:-1] if parts[-1:] == ["src"] else parts)

    @property
    def own(self) -> frozenset[str]:
        """The top-level names that imports of the project begin with."""
        top = self.package.split(".")[0]
        names = {"tests", *self.top_level, *([top] if top else [self.core, *self.layers.values()])}
        return frozenset(name.split(".")[0] for name in names)

    def own_of(self, names: Names) -> frozenset[str]:
        """The same, with the package of a resource where that is a top-level one."""
        return self.own | {self.module("router", names).split(".")[0]}

    def _below(self, path: str) -> str:
        return f"{self.source}/{path}" if self.source else path


def _join(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _safe(name: str) -> str:
    return f"{name}_api" if name in reserved.MODULES or name in reserved.KEYWORDS else name
