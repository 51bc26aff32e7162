"""Where the files of a project lie, and what they are called when imported."""

from dataclasses import dataclass, field
from typing import Literal

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
class Layout:
    """A project's habits of place.

    `source` is the folder that imports begin in, relative to the project; `package` the dotted package
    that holds the application, empty where modules lie in `source` itself.
    """

    package: str = "app"
    source: str = ""
    style: Style = "domain"
    core: str = "core"
    tests: str = "tests"
    layers: dict[str, str] = field(default_factory=lambda: dict(LAYERS))
    entry: str = "main"

    def module(self, role: str, names: Names) -> str:
        """The dotted name of the module that plays this role for a resource."""
        if self.style == "layered":
            return self._dotted(self.layers[role], names.module)
        return self._dotted(names.module, role)

    def core_module(self, name: str) -> str:
        """The dotted name of a module that resources share."""
        return self._dotted(self.core, name)

    def path_of(self, module: str) -> str:
        """The file of a module, relative to the project."""
        return self._below(module.replace(".", "/") + ".py")

    def packages_of(self, module: str) -> list[str]:
        """The `__init__.py` files that a module needs above it."""
        parts = module.split(".")[:-1]
        return [self._below("/".join([*parts[: n + 1], "__init__.py"])) for n in range(len(parts))]

    def test_path(self, name: str) -> str:
        """The file that holds the tests of this name."""
        return f"{self.tests}/test_{name}.py"

    @property
    def own(self) -> frozenset[str]:
        """The top-level names that imports of the project begin with."""
        top = self.package.split(".")[0]
        return frozenset({top, "tests"} if top else {self.core, "tests", *self.layers.values()})

    def _dotted(self, *parts: str) -> str:
        return ".".join(part for part in (self.package, *parts) if part)

    def _below(self, path: str) -> str:
        return f"{self.source}/{path}" if self.source else path
