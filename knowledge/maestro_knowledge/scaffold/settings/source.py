"""The settings that a project has already: its class, who gives it, and whether fields can be added to it."""

import ast
from collections.abc import Iterator, Mapping

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.model import ModelClass, Project
from maestro_knowledge.project.names import resolve_name
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.scaffold.joints import makes_app
from maestro_knowledge.scaffold.names import split_words

CENTRAL = frozenset(
    {"api", "app", "application", "base", "config", "configuration", "core", "current", "env", "environment"}
    | {"get", "global", "load", "main", "my", "project", "read", "settings", "setting", "the"}
)
"""Words in the name of what holds the settings of everything, and not of one part."""


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """The class that holds a project's settings, and the function or variable that gives them."""

    module: str
    name: str
    path: str
    giver: str
    is_function: bool
    prefix: str = ""
    is_upper: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    """The annotations of the fields that are there."""

    def spell(self, name: str) -> str:
        """A field as the class spells its own."""
        return name.upper() if self.is_upper else name

    @property
    def alias(self) -> str:
        """What generated code calls the module: never `settings`, which is what it calls settings."""
        stem = self.module.rpartition(".")[2]
        return stem if stem in {"config", "configuration", "conf"} else "app_settings"

    @property
    def import_line(self) -> str:
        """The statement that imports the module, so that a test can take the place of the giver."""
        package, _, stem = self.module.rpartition(".")
        renamed = f" as {self.alias}" if stem != self.alias else ""
        return f"from {package} import {stem}{renamed}" if package else f"import {stem}{renamed}"

    @property
    def read(self) -> str:
        """The expression that gives the settings."""
        return f"{self.alias}.{self.giver}{'()' if self.is_function else ''}"


@dataclass(frozen=True, slots=True)
class SettingsFound:
    """The source, or why there is none to build on; both empty where the project has no settings class."""

    source: SettingsSource | None = None
    why_not: str = ""


def find_settings(project: Project) -> SettingsFound:
    """The settings class of the project that fields can be added to, with what gives it."""
    models = [
        model
        for model in project.models
        if model.kind == "settings"
        and not model.cls.module.is_test
        and model.cls.qualname == model.cls.name
        and "pydantic_settings.BaseSettings" in ancestors_of(project, model.cls)[1]
    ]
    given = [(model, giver) for model in models if (giver := _find_giver(project, model)) is not None]
    central = [pair for pair in given if _is_central(pair[0].cls.name) or _is_central(pair[1].name)]
    if len(central) == 1:
        return _read(project, *central[0])
    if central:
        names = ", ".join(sorted(f"{model.cls.name} ({model.cls.module.path})" for model, _ in central))
        return SettingsFound(why_not=f"it is not known which class is meant: {names}")
    apart = [model for model in models if _is_central(model.cls.name)]
    if apart:
        cls = apart[0].cls
        return SettingsFound(why_not=f"nothing beside {cls.name} in {cls.module.path} gives one to import")
    return SettingsFound()


@dataclass(frozen=True, slots=True)
class _Giver:
    name: str
    is_function: bool


def _is_central(name: str) -> bool:
    return set(split_words(name)) <= CENTRAL


def _find_giver(project: Project, model: ModelClass) -> _Giver | None:
    """A function of the class's module that returns one, else a variable that holds one."""
    module = model.cls.module
    functions = [one for one in module.functions if _gives(project, one, model)]
    functions.sort(key=lambda one: (not _is_central(one.name), one.node.lineno))
    if functions:
        return _Giver(functions[0].name, is_function=True)
    variables = [
        name
        for name, call in _assigned_calls(module)
        if resolve_name(project, module, call.func) == model.cls.id
    ]
    return _Giver(variables[0], is_function=False) if variables else None


def _gives(project: Project, function: Function, model: ModelClass) -> bool:
    if function.owner is not None or function.is_async or function.is_generator or "." in function.qualname:
        return False
    arguments = function.node.args
    needed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    if needed > 0 or any(default is None for default in arguments.kw_defaults):
        return False
    returns = function.node.returns
    if returns is not None:
        if isinstance(returns, ast.Constant):
            return returns.value == model.cls.name
        return resolve_name(project, function.module, returns) == model.cls.id
    return any(
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.Call)
        and resolve_name(project, function.module, node.value.func) == model.cls.id
        for node in function.scope.nodes
    )


def _assigned_calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield name, call
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                yield name, call
            case _:
                pass


def _read(project: Project, model: ModelClass, giver: _Giver) -> SettingsFound:
    cls = model.cls
    config = {name: _constant(node) for name, node in model.config.items()}
    names = [item.name for item in model.fields]
    is_upper = bool(names) and sum(name.isupper() for name in names) * 2 > len(names)
    prefix = config.get("env_prefix", "")
    where = f"{cls.name} in {cls.module.path}"
    why_not = ""
    if _is_in_circle(project, cls.module):
        why_not = f"{where} lies where the application is made: importing it would go round in a circle"
    elif "alias_generator" in config or not isinstance(prefix, str):
        why_not = f"{where} works out the names of its variables, so those of new fields are not known"
    elif config.get("case_sensitive") and not is_upper:
        why_not = f"{where} tells upper case from lower case in the names of variables"
    elif not isinstance(cls.node.body[0], ast.stmt) or cls.node.body[0].lineno == cls.node.lineno:
        why_not = f"{where} is written in one line"
    elif cls.module.encoding.lower().replace("_", "-") not in {"utf-8", "ascii"}:
        why_not = f"{cls.module.path} is not UTF-8"
    if why_not:
        return SettingsFound(why_not=why_not)
    return SettingsFound(
        SettingsSource(
            cls.module.name,
            cls.name,
            cls.module.path,
            giver.name,
            giver.is_function,
            str(prefix).upper(),
            is_upper,
            {item.name: ast.unparse(item.annotation) for item in model.fields if item.annotation is not None},
        )
    )


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _is_in_circle(project: Project, module: Module) -> bool:
    """Whether the module makes the application, or serves routes: generated code must not import that."""
    includes = any(inclusion.module is module for inclusion in project.inclusions)
    return makes_app(project, module) or includes or any(op.module is module for op in project.operations)
