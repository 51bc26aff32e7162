"""Callables that are handed to a thread, a process or a later moment."""

import ast
from functools import cache
from typing import Literal, cast

from maestro_knowledge.project.inference import resolve_path
from maestro_knowledge.project.known import read_table
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module, Target
from maestro_knowledge.project.tree import walk

To = Literal["thread", "process", "background"]


@cache
def _rows() -> dict[str, tuple[To, int, str]]:
    return {
        str(name): (cast("To", row["to"]), int(row["position"]), str(row.get("keyword", "func")))
        for row in read_table("blocking")["offloading"]
        for name in row["names"]
    }


def handed_over(project: Project, module: Module, node: ast.Call) -> tuple[To, ast.expr] | None:
    """Where a call sends which callable; None for an ordinary call."""
    if isinstance(node.func, ast.Call):
        return _by_wrapper(project, module, node.func)
    target = (
        resolve_path(project, module, node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else None
    )
    name = target.name if target is not None else ""
    row = _rows().get(name)
    if row is None and isinstance(node.func, ast.Attribute) and node.func.attr == "run_in_executor":
        row = ("thread", 1, "func")
    if row is None and name and name in project.config.offloading:
        row = ("thread", 0, "func")
    if row is None:
        return None
    to, position, keyword = row
    given = next((k.value for k in node.keywords if k.arg == keyword), None)
    if given is None and position < len(node.args):
        given = node.args[position]
    return (to, _unwrap(project, module, given)) if given is not None else None


def _by_wrapper(project: Project, module: Module, wrapper: ast.Call) -> tuple[To, ast.expr] | None:
    """`sync_to_async(f)(…)`: the function that the wrapper is given runs elsewhere."""
    func = wrapper.func
    target = resolve_path(project, module, func) if isinstance(func, (ast.Name, ast.Attribute)) else None
    row = _rows().get(target.name) if target is not None else None
    if row is None or not wrapper.args:
        return None
    return row[0], _unwrap(project, module, wrapper.args[0])


def _unwrap(project: Project, module: Module, node: ast.expr) -> ast.expr:
    """The function inside `partial(f, …)`."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, (ast.Name, ast.Attribute)):
        target = resolve_path(project, module, node.func)
        if target is not None and target.name == "functools.partial":
            return node.args[0]
    return node


def runs_elsewhere(project: Project, function: Function) -> bool:
    """Whether a decorator sends every call of the function to a thread."""
    memory = project.memory.offloaded
    if function not in memory:
        memory[function] = any(
            _offloads(project, function.module, decorator) for decorator in function.node.decorator_list
        )
    return memory[function]


def _offloads(project: Project, module: Module, decorator: ast.expr) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    target = resolve_path(project, module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    if target is None:
        return False
    if target.name in _rows() or target.name in project.config.offloading:
        return True
    return target.function is not None and _wraps_in_thread(project, target)


def _wraps_in_thread(project: Project, target: Target) -> bool:
    """Whether a decorator of the project hands the function it is given to a thread."""
    if target.function is None or target.module is None or not target.function.node.args.args:
        return False
    given = {argument.arg for argument in target.function.node.args.args}
    for node in walk(target.function.node):
        found = handed_over(project, target.module, node) if isinstance(node, ast.Call) else None
        if found is not None and isinstance(found[1], ast.Name) and found[1].id in given:
            return True
    return False
