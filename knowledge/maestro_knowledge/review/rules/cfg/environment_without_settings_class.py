"""Environment variables are read, and no settings class declares them."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.cfg._environment import reads_of
from maestro_knowledge.review.view import View

RULE = Rule(id="CFG502", name="environment-without-settings-class", severity="question")

_LIBRARIES = (
    "pydantic_settings.", "dynaconf.", "environs.", "decouple.", "starlette.config.", "typed_settings.",
    "omegaconf.", "hydra.", "environ.", "goodconf.", "confz.", "everett.", "betterconf.", "prettyconf.",
)  # fmt: skip
_CLASS = Pattern(r"settings|config", re.IGNORECASE)


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks once where the variables of an application are declared."""
    modules = [one for one in project.modules if one.in_scope and not one.is_test]
    if not project.operations:
        return
    imported = {name for one in modules for name in _imported_by(one)}
    looked_at = {*modules, *(one for one in project.modules if one.name.rpartition(".")[2] in imported)}
    declared = any(model.kind == "settings" and model.cls.module in looked_at for model in project.models)
    if declared or any(_declares(view, one) for one in looked_at):
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


def _imported_by(module: Module) -> Iterator[str]:
    """The last parts of all names that the module imports."""
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").rpartition(".")[2]
            yield from (alias.name for alias in node.names)
    for node in module.nodes.get(ast.Import, ()):
        if isinstance(node, ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)


def _declares(view: View, module: Module) -> bool:
    if any(_CLASS.search(cls.name) for cls in module.classes):
        return True
    return any(name.startswith(_LIBRARIES) for _, name in view.calls(module))
