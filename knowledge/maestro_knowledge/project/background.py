"""Work that is handed to run after the response."""

import ast

from maestro_knowledge.project.application import BackgroundTask
from maestro_knowledge.project.inference import infer, is_kind_of, resolve_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module

_TASKS = ("fastapi.BackgroundTasks", "starlette.background.BackgroundTasks")


def find_background_tasks(project: Project) -> tuple[BackgroundTask, ...]:
    """Every `add_task(…)` on background tasks and every `BackgroundTask(…)`, by file and place."""
    found: list[BackgroundTask] = []
    for module in project.modules:
        for node in module.nodes.get(ast.Call, ()):
            if isinstance(node, ast.Call) and _hands_over(project, module, node):
                given = node.args[0] if node.args else None
                target = resolve_path(project, module, given) if given is not None else None
                found.append(BackgroundTask(node, module, target))
    return tuple(found)


def _hands_over(project: Project, module: Module, node: ast.Call) -> bool:
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr == "add_task":
        return bool(is_kind_of(project, infer(project, module, func.value), *_TASKS))
    if getattr(func, "attr", getattr(func, "id", "")) != "BackgroundTask":
        return False
    target = resolve_path(project, module, func)
    return target is not None and target.name == "starlette.background.BackgroundTask"
