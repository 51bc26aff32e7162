"""Environment variables are read, and no settings class declares them."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.cfg._environment import reads_of
from maestro_knowledge.review.view import View

RULE = Rule(id="CFG502", name="environment-without-settings-class", severity="question")

_LIBRARIES = (
    *(
        "pydantic_settings",
        "dynaconf",
        "environs",
        "decouple",
        "starlette.config",
        "typed_settings",
        "omegaconf",
    ),
    *("hydra", "environ", "goodconf", "confz", "everett", "betterconf", "prettyconf"),
)
_CLASS = re.compile(r"settings|config", re.IGNORECASE)


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks once where the variables of an application are declared."""
    modules = [one for one in project.modules if one.in_scope and not one.is_test]
    if not project.operations or any(
        _declares(view, one) for one in project.modules if one in modules or _is_imported(one, modules)
    ):
        return
    reads = [(module, node, name) for module in modules for node, name in reads_of(view, module)]
    if len({name for _, _, name in reads}) < 2:
        return
    near = tuple(f"{module.path}:{node.lineno} {name}" for module, node, name in reads[:4])
    module, node, _ = reads[0]
    names = sorted({name for _, _, name in reads})
    yield Ask(
        asks=f"Where are the {len(names)} environment variables of this application declared and checked?",
        looked_for="a class of settings, dynaconf, environs, decouple, starlette.config",
        looked_in=tuple(one.path for one in modules),
        seen_near=near,
        module=module,
        node=node,
    )


def _is_imported(module: Module, modules: list[Module]) -> bool:
    """Whether one of the modules imports something of that name."""
    last = module.name.rpartition(".")[2]
    return any(
        last in {(node.module or "").rpartition(".")[2], *(alias.name for alias in node.names)}
        for one in modules
        for node in one.nodes.get(ast.ImportFrom, ())
        if isinstance(node, ast.ImportFrom)
    ) or any(
        last == alias.name.rpartition(".")[2]
        for one in modules
        for node in one.nodes.get(ast.Import, ())
        if isinstance(node, ast.Import)
        for alias in node.names
    )


def _declares(view: View, module: Module) -> bool:
    if any(_CLASS.search(cls.name) for cls in module.classes):
        return True
    if any(model.kind == "settings" and model.cls.module is module for model in view.project.models):
        return True
    names = {name for _, name in view.calls(module)}
    return any(name.startswith(f"{library}.") for name in names for library in _LIBRARIES)
