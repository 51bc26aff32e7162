"""What the names in a file refer to, and which of them could not be followed."""

import ast

from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.lookup import import_target, is_bound
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module, Target


def resolve(project: Project, module: Module, node: ast.AST | None) -> Target | None:
    """What a name or attribute refers to, through imports, aliases, classes and inferred values."""
    return resolve_path(project, module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None


def resolve_name(project: Project, module: Module, node: ast.AST | None) -> str:
    """The canonical dotted name of what `node` refers to; "" if that is not known."""
    target = resolve(project, module, node)
    return target.name if target is not None else ""


def named_calls(project: Project, module: Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call of the module whose callee has a known name, with that name, in source order; remembered."""
    known = project.memory.named.get(module)
    if known is None:
        nodes = (node for node in module.nodes.get(ast.Call, ()) if isinstance(node, ast.Call))
        pairs = ((node, resolve_name(project, module, node.func)) for node in nodes)
        known = project.memory.named[module] = tuple((node, name) for node, name in pairs if name)
    return known


def callee(project: Project, module: Module, node: ast.AST | None) -> Target | None:
    """What a call calls."""
    return resolve(project, module, node.func) if isinstance(node, ast.Call) else None


def is_call_to(project: Project, module: Module, node: ast.AST | None, *names: str) -> bool:
    """Whether `node` is a call of one of `names`."""
    target = callee(project, module, node)
    return target is not None and target.name in names


def unresolved_names(project: Project, module: Module) -> tuple[str, ...]:
    """The names of a module that nothing in sight defines, and its relative imports that lead nowhere."""
    missing: set[str] = set()
    for node in module.nodes.get(ast.Name, ()):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not is_bound(module, node):
            missing.add(node.id)
    for node in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom) and node.level:
            target = import_target(project, module, node.module or "", node.level)
            if target is None or target.kind == "external":
                missing.add(f"{'.' * node.level}{node.module or ''}")
    return tuple(sorted(missing))
