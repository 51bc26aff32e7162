"""Where the files of an application lie already: the layout that new ones follow."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.application import App
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.scaffold.layout import LAYERS, Layout, Spelling
from maestro_knowledge.scaffold.plurals import singularize

ROLE_NAMES: dict[str, tuple[str, ...]] = {
    "router": ("router", "routers", "routes", "route", "views", "endpoints", "endpoint", "api", "controller"),
    "schemas": ("schemas", "schema", "dtos", "dto"),
    "models": ("models", "model", "tables", "entities"),
    "repository": ("repository", "repositories", "repo", "repos", "crud", "dao"),
    "service": ("service", "services", "use_cases", "usecases"),
    "dependencies": ("dependencies", "deps", "dependency", "providers"),
}
"""What modules of a role are called: the files in a package of a resource, and the folders of a layer."""

SHARED = ("core", "common", "shared", "lib")
_NO_RESOURCE = frozenset({"base", "common", "utils", "helpers", "mixins", "types", "deps", "dependencies"})


def find_layout(project: Project, app: App) -> Layout:
    """The layout of the project around an application."""
    source = source_of(app.module)
    modules = [m for m in project.modules if not m.is_test and source_of(m) == source]
    routers = _router_modules(project, modules)
    package = _package(app, routers)
    entry = app.module.name.rsplit(".", maxsplit=1)[-1]
    return _complete(
        Layout(
            package=package,
            source=source,
            entry=entry,
            core=_find_core(modules, package),
            tests=_find_tests(project, source),
            is_tested_beside=_is_tested_beside(project),
            top_level=frozenset(module.name.split(".")[0] for module in modules),
        ),
        modules,
        routers,
    )


def source_of(module: Module) -> str:
    """The folder that a module's name begins in."""
    path = PurePosixPath(module.path)
    depth = module.name.count(".") + (2 if module.is_package else 1)
    return "/".join(path.parts[: max(0, len(path.parts) - depth)])


def _package(app: App, routers: Sequence[Module]) -> str:
    """The package that holds the application's module, or the one around it where the routers lie beside."""
    package = app.module.name if app.module.is_package else app.module.name.rpartition(".")[0]
    while package and routers and not any(_is_below(module.name, package) for module in routers):
        package = package.rpartition(".")[0]
    return package


def _router_modules(project: Project, modules: Sequence[Module]) -> list[Module]:
    """The modules that declare routes on a router of their own."""
    found = {op.module.path for op in project.operations if not op.router.is_app}
    return [module for module in modules if module.path in found]


def _complete(layout: Layout, modules: Sequence[Module], routers: Sequence[Module]) -> Layout:
    package = layout.package
    domain: list[Module] = []
    layered: list[Module] = []
    for module in routers:
        holder, _, stem = module.name.rpartition(".")
        if holder == package or module.is_package:
            continue
        (domain if stem in ROLE_NAMES["router"] else layered).append(module)
    if layered and len(layered) >= len(domain):
        return _layered(layout, modules, layered)
    if domain:
        return _by_domain(layout, modules, domain)
    return layout


def _by_domain(layout: Layout, modules: Sequence[Module], routers: Sequence[Module]) -> Layout:
    """A package per resource: where those packages lie, and what the files in them are called."""
    holders = [module.name.rpartition(".")[0] for module in routers]
    base = _most(holder.rpartition(".")[0] for holder in holders)
    stems = Counter(
        module.name.rpartition(".")[2] for module in modules if module.name.rpartition(".")[0] in holders
    )
    roles: dict[str, str] = {}
    for role, candidates in ROLE_NAMES.items():
        known = [name for name in candidates if stems[name]]
        if known:
            roles[role] = max(known, key=lambda name: (stems[name], -candidates.index(name)))
    return replace(layout, style="domain", base=base, roles=roles)


def _layered(layout: Layout, modules: Sequence[Module], routers: Sequence[Module]) -> Layout:
    """A folder per layer: which folders, and how the files in them are named."""
    folder = _most(module.name.rpartition(".")[0] for module in routers)
    layers = {"router": _below(folder, layout.package)}
    for role in LAYERS:
        if role != "router":
            layers[role] = _find_layer(role, layout.package, modules)
    router = _spelling("router", folder, modules, is_plural=True)
    known = _stems(folder, modules)
    spellings: dict[str, Spelling] = {}
    for role, name in layers.items():
        holder = ".".join(filter(None, (layout.package, name)))
        stems = _stems(holder, modules)
        # Named after routers, the files are spelled like those: a foreign plural does not look like one.
        same = bool(stems) and set(stems) <= set(known)
        spellings[role] = router if same else _spelling(role, holder, modules, is_plural=router.is_plural)
    return replace(layout, style="layered", layers=layers, spellings=spellings)


def _find_layer(role: str, package: str, modules: Sequence[Module]) -> str:
    """The folder of a layer, or a name for it that no module of the project has."""
    holders = {module.name if module.is_package else module.name.rpartition(".")[0] for module in modules}
    inside = [_below(name, package) for name in holders if name != package and _is_below(name, package)]
    known = [name for name in inside if name.rpartition(".")[2] in ROLE_NAMES[role]]
    if known:
        return min(known, key=lambda name: (name.count("."), name))
    taken = {_below(m.name, package) for m in modules if not m.is_package and _is_below(m.name, package)}
    names = (LAYERS[role], *(name for name in ROLE_NAMES[role] if name != LAYERS[role]), f"resource_{role}")
    return next(name for name in names if name not in taken)


def _stems(folder: str, modules: Sequence[Module]) -> list[str]:
    """What the modules of a folder are called, as far as they are about a resource."""
    return [
        stem
        for module in modules
        if not module.is_package
        for holder, _, stem in [module.name.rpartition(".")]
        if holder == folder and not stem.startswith("_") and stem not in _NO_RESOURCE
    ]


def _spelling(role: str, folder: str, modules: Sequence[Module], *, is_plural: bool) -> Spelling:
    stems = _stems(folder, modules)
    if not stems:
        return Spelling(is_plural=is_plural)
    for word in ROLE_NAMES[role]:
        if all(stem.endswith(f"_{word}") for stem in stems):
            return Spelling("", f"_{word}", _is_plural([s.removesuffix(f"_{word}") for s in stems], False))
        if all(stem.startswith(f"{word}_") for stem in stems):
            return Spelling(f"{word}_", "", _is_plural([s.removeprefix(f"{word}_") for s in stems], False))
    return Spelling(is_plural=_is_plural(stems, is_plural))


def _is_plural(stems: Sequence[str], otherwise: bool) -> bool:
    many = sum(singularize(stem.rpartition("_")[2]) is not None for stem in stems)
    few = len(stems) - many
    return many > few if many != few else otherwise


def _find_core(modules: Sequence[Module], package: str) -> str:
    names = {_below(module.name, package) for module in modules if _is_below(module.name, package)}
    files = {_below(m.name, package) for m in modules if not m.is_package}
    for name in SHARED:
        if any(other == name or other.startswith(f"{name}.") for other in names) and name not in files:
            return name
    return next(name for name in (*SHARED, "scaffolded") if name not in files)


def _is_tested_beside(project: Project) -> bool:
    """Whether most tests lie in the folder of the module that they are named after."""
    tests = [module.path for module in project.modules if module.is_test and "/test_" in f"/{module.path}"]
    there = {module.path for module in project.modules if not module.is_test}
    beside = [path for path in tests if f"/{path}".replace("/test_", "/")[1:] in there]
    return len(beside) * 2 > len(tests)


def _find_tests(project: Project, source: str) -> str:
    """The folder that most tests lie in."""
    folders = Counter(
        PurePosixPath(module.path).parent.as_posix()
        for module in project.modules
        if module.is_test and PurePosixPath(module.path).name.startswith("test_")
    )
    if folders:
        best = max(folders, key=lambda name: (folders[name], -name.count("/"), name))
        return "" if best == "." else best
    parts = [part for part in source.split("/") if part]
    return "/".join([*(parts[:-1] if parts[-1:] == ["src"] else parts), "tests"])


def _most(names: Iterable[str]) -> str:
    counted = Counter(names)
    return max(sorted(counted), key=lambda name: counted[name])


def _is_below(name: str, package: str) -> bool:
    return not package or name.startswith(f"{package}.")


def _below(name: str, package: str) -> str:
    return name.removeprefix(f"{package}.") if package else name
