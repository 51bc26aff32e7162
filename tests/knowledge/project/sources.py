"""Small projects written for one test; `reveal(expression)` marks what the test asks about."""

import ast
from pathlib import Path
from typing import Any

from maestro_knowledge.project.inference import infer
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.names import resolve_name
from maestro_knowledge.project.symbols import Function, Module


def write(folder: Path, files: dict[str, str]) -> Project:
    """The project of these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return load_path(folder, root=folder)


def marked(project: Project) -> list[tuple[Module, ast.expr]]:
    """The arguments of every `reveal(…)`, in order."""
    return [
        (module, argument)
        for module in project.modules
        for node in module.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reveal"
        for argument in node.args
    ]


def names(source: str | Project) -> list[str]:
    """What each marked expression refers to; "" where that is not known."""
    project = load_code(source) if isinstance(source, str) else source
    return [resolve_name(project, module, node) for module, node in marked(project)]


def types(source: str | Project) -> list[str]:
    """The type of each marked expression: `type[X]` for a class, `await X` for a coroutine, "" if not known."""
    project = load_code(source) if isinstance(source, str) else source
    return [shown(infer(project, module, node)) for module, node in marked(project)]


def shown(type_: Any) -> str:
    """A type as text."""
    if type_ is None:
        return ""
    inner = ", ".join(shown(argument) for argument in type_.args)
    text = f"{type_.name}[{inner}]" if inner else type_.name
    text = f"type[{text}]" if type_.is_class else text
    text = f"await {text}" if type_.is_coroutine else text
    return f"{text}?" if type_.is_optional and type_.name != "builtins.None" else text


def function(project: Project, name: str) -> Function:
    """The function with this qualified name."""
    return next(f for module in project.modules for f in module.functions if f.qualname == name)
