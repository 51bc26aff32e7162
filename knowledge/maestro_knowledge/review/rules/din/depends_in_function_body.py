"""`Depends(…)` is evaluated inside a function, where it is only a marker object."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN501", name="depends-in-function-body", severity="error", umbrella=("API002",))

_MARKERS = ("fastapi.Depends", "fastapi.Security")
# What takes a marker for a later use: building routers, routes and aliases in a factory is legal.
_TAKERS = ("fastapi.", "typing.", "typing_extensions.", "functools.", "builtins.list", "builtins.dict")
NEEDS = Needs(calls=frozenset(_MARKERS))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each marker whose value is used as if it were what the dependency gives."""
    for node, name in view.calls_to(module, _MARKERS):
        function = view.around(module, node)
        if function is None or _is_declared(view, node):
            continue
        if _is_used_as_value(view, module, function, node):
            short = name.rpartition(".")[2]
            given = ast.unparse(node.args[0]) if node.args else ""
            yield Report(
                module,
                node,
                f"`{short}({given})` inside `{function.name}` is only a marker; nothing is called.",
                subject=given,
            )


def _is_declared(view: View, node: ast.AST) -> bool:
    """Whether it stands in a signature, a decorator, an annotation or a class body, which FastAPI reads."""
    child, parent = node, view.parent(node)
    while parent is not None:
        if isinstance(parent, ast.arguments | ast.arg | ast.ClassDef):
            return True
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            return child not in parent.body
        if isinstance(parent, ast.AnnAssign) and child is parent.annotation:
            return True
        child, parent = parent, view.parent(parent)
    return False


def _is_used_as_value(view: View, module: Module, function: Function, node: ast.Call) -> bool:
    """Whether the marker is awaited, called, read from, or passed on as the thing itself."""
    parent = view.parent(node)
    match parent:
        case ast.Attribute() | ast.Await() | ast.Subscript() | ast.For() | ast.AsyncFor() | ast.YieldFrom():
            return not (isinstance(parent, ast.Subscript) and parent.slice is node)
        case ast.withitem():
            return True
        case ast.Call() if parent.func is node:
            return True
        case ast.Call():
            return _runs_per_request(view, function) and not _takes_markers(view, module, parent)
        case ast.keyword():
            call = view.parent(parent)
            return (
                isinstance(call, ast.Call)
                and _runs_per_request(view, function)
                and not _takes_markers(view, module, call)
            )
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _runs_per_request(view, function) or _is_read_from(view, function, name)
        case ast.NamedExpr() | ast.Expr():
            return _runs_per_request(view, function)
        case _:
            return False


def _runs_per_request(view: View, function: Function) -> bool:
    return view.is_handler(function) or view.is_dependency(function)


def _takes_markers(view: View, module: Module, call: ast.Call) -> bool:
    name = view.name(module, call.func)
    return not name or name.startswith(_TAKERS)


def _is_read_from(view: View, function: Function, name: str) -> bool:
    """Whether the function takes the variable for what the dependency gives: reads, calls or iterates it."""
    for node in function.scope.nodes:
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            parent = view.parent(node)
            if isinstance(parent, ast.Attribute | ast.Await | ast.withitem):
                return True
            if isinstance(parent, ast.Call) and parent.func is node:
                return True
    return False
