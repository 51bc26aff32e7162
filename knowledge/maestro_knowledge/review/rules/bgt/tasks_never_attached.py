"""`BackgroundTasks()` is made by hand and attached to no response, so that nothing runs it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="BGT905", name="tasks-never-attached", severity="error", umbrella=("API003",), fix="suggest")
_CLASSES = frozenset({"fastapi.BackgroundTasks", "starlette.background.BackgroundTask"})
_DEPTH = 3
NEEDS = Needs(calls=_CLASSES)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each collection of tasks, or single task, that is made and then leads nowhere."""
    for node, name in view.calls_to(module, _CLASSES):
        if not _leads_nowhere(view, module, node):
            continue
        short = name.rpartition(".")[2]
        function = view.around(module, node)
        where = f" in `{function.name}`" if function else ""
        yield Report(
            module,
            node,
            f"`{short}(…)`{where} is attached to no response: what it holds never runs.",
            subject=short,
            edits=_edits(view, module, node, function),
        )


def _leads_nowhere(view: View, module: Module, node: ast.Call) -> bool:
    match view.parent(node):
        case ast.Expr():
            return True
        case ast.Return():
            return _is_dead_dependency(view, view.around(module, node))
        case ast.Attribute(attr="add_task") as method:
            return isinstance(view.parent(view.parent(method) or method), ast.Expr)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _name_leads_nowhere(view, module, node, name)
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)]):
            return _attribute_leads_nowhere(view, name)
        case _:
            return False


def _is_dead_dependency(view: View, function: Function | None) -> bool:
    """Whether a dependency hands out tasks of its own, which the path operations only fill."""
    takers = [
        (operation.function, parameter.name)
        for operation in view.project.operations
        for parameter in operation.parameters
        if operation.function and parameter.dependency and parameter.dependency.function is function
    ]
    return bool(takers) and all(
        _only_filled(view, taker.module, name, taker, _DEPTH) for taker, name in takers if taker
    )


def _name_leads_nowhere(view: View, module: Module, node: ast.Call, name: str) -> bool:
    function = view.around(module, node)
    if function is not None and function.scope.outer_names.get(name):
        return False
    if function is None and any(
        _imports(other, name) for other in view.project.modules if other is not module
    ):
        return False
    return _only_filled(view, module, name, function, _DEPTH)


def _imports(module: Module, name: str) -> bool:
    return any(
        alias.name == name
        for node in module.nodes.get(ast.ImportFrom, ())
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def _only_filled(view: View, module: Module, name: str, function: Function | None, depth: int) -> bool:
    """Whether every use of the name, in the function or the module, just adds tasks to it."""
    first, last = (function.node.lineno, function.node.end_lineno or 0) if function else (0, len(module.text))
    return all(
        _is_filling(view, module, node, depth)
        for node in module.nodes.get(ast.Name, ())
        if isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and first <= node.lineno <= last
    )


def _is_filling(view: View, module: Module, node: ast.expr, depth: int) -> bool:
    """`tasks.add_task(…)`, or a helper of the project that does no more with it."""
    around = view.parent(node)
    if isinstance(around, ast.Attribute):
        call = view.parent(around)
        return around.attr == "add_task" and isinstance(call, ast.Call) and call.func is around
    keyword = around.arg if isinstance(around, ast.keyword) else None
    call = view.parent(around) if isinstance(around, ast.keyword) else around
    if not isinstance(call, ast.Call) or node is call.func or depth == 0:
        return False
    target = view.target(module, call.func)
    helper = target.function if target else None
    if helper is None or view.is_handler(helper):
        return False
    given = _parameter(helper, call, node, keyword)
    return bool(given) and _only_filled(view, helper.module, given, helper, depth - 1)


def _parameter(helper: Function, call: ast.Call, node: ast.expr, keyword: str | None) -> str:
    """The parameter of the helper that gets the value; empty if that is not sure."""
    if keyword:
        return keyword
    names = [one.arg for one in (*helper.node.args.posonlyargs, *helper.node.args.args)]
    if helper.owner is not None and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    if any(isinstance(one, ast.Starred) for one in call.args) or node not in call.args:
        return ""
    position = call.args.index(node)
    return names[position] if position < len(names) else ""


def _attribute_leads_nowhere(view: View, name: str) -> bool:
    """Whether nothing in the project takes an attribute of this name for more than adding tasks."""
    loads = [
        (module, node)
        for module in view.project.modules
        for node in module.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)
    ]
    return bool(loads) and all(_is_filling(view, module, node, 0) for module, node in loads)


def _edits(view: View, module: Module, node: ast.Call, function: Function | None) -> tuple[Edit, ...]:
    """The name becomes a parameter, which FastAPI fills and runs, where the making stands alone on a line."""
    made = view.parent(node)
    if function is None or not view.is_handler(function) or node.args or node.keywords:
        return ()
    if not isinstance(made, ast.Assign) or not isinstance(made.targets[0], ast.Name):
        return ()
    if made not in function.node.body or len(function.node.body) < 2 or function.owner is not None:
        return ()
    lines = view.lines(module)
    line = lines.line(made.lineno)
    if line.partition("#")[0].strip() != view.source(module, made):
        return ()
    start = lines.offset(made.lineno, 0)
    end = lines.offset(made.lineno + 1, 0)
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    text = f"{made.targets[0].id}: {view.source(module, node.func)}"
    if positional:
        return Edit(module.path, start, end, ""), view.insert_before(module, positional[0], f"{text}, ")
    opening = module.text.find("(", lines.offset(function.node.lineno, function.node.col_offset))
    if arguments.kwonlyargs or arguments.vararg or arguments.kwarg or opening < 0:
        return ()
    return Edit(module.path, start, end, ""), Edit(module.path, opening + 1, opening + 1, text)
