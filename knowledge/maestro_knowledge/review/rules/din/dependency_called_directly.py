"""A dependency is called like a plain function, so its parameters hold markers instead of values."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module, Target
from maestro_knowledge.project.tree import has_star_arguments
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.din._markers import MARKERS, annotated_marker, marker_of
from maestro_knowledge.review.view import View

RULE = Rule(
    id="DIN509", name="dependency-called-directly", severity="error", umbrella=("API002",), fix="suggest"
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each call that leaves out a parameter which only FastAPI could fill."""
    for node, _ in view.calls(module):
        target = view.target(module, node.func)
        function = _called(view, module, node, target)
        if target is None or function is None or has_star_arguments(node):
            continue
        left_out = _left_out(view, function, node, is_bound=_is_bound(target, function, node))
        if left_out is None or _is_given_to_depends(view, module, node):
            continue
        argument, marker = left_out
        what = ast.unparse(node.func)
        yield Report(
            module,
            node,
            f"`{what}` is called directly, so its parameter `{argument.arg}` is not filled by FastAPI.",
            subject=what,
            hops=(Hop(function.module, marker, f"`{argument.arg}` is left out by the call"),),
        )


def _called(view: View, module: Module, node: ast.Call, target: Target | None) -> Function | None:
    """The function that runs: the project's own, its class's `__init__`, or its instance's `__call__`."""
    if target is None:
        return None
    if target.function or target.cls:
        return target.function or (target.cls.methods.get("__init__") if target.cls else None)
    instance = view.type(module, node.func)
    if instance is None or instance.cls is None or instance.is_class:
        return None
    return instance.cls.methods.get("__call__")


def _is_bound(target: Target, function: Function, node: ast.Call) -> bool:
    """Whether the first parameter is filled by the instance or class that the call goes through."""
    if target.cls is not None or target.function is None:
        return True
    if function.owner is None or "staticmethod" in {
        getattr(one, "id", "") for one in function.node.decorator_list
    }:
        return False
    callee = node.func
    owner = callee.value if isinstance(callee, ast.Attribute) else None
    return not (isinstance(owner, ast.Name) and owner.id == function.owner.name)


def _left_out(
    view: View, function: Function, node: ast.Call, *, is_bound: bool
) -> tuple[ast.arg, ast.Call] | None:
    """The first parameter with a marker that the call does not give, and that marker."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    named = {keyword.arg for keyword in node.keywords}
    defaults: dict[str, ast.expr | None] = dict(
        zip((one.arg for one in reversed(positional)), reversed(arguments.defaults), strict=False)
    )
    defaults |= {
        one.arg: value for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }
    given = len(node.args) + is_bound
    for position, argument in enumerate([*positional, *arguments.kwonlyargs]):
        if argument.arg in named or (position < given and position < len(positional)):
            continue
        default = defaults.get(argument.arg)
        if marker := marker_of(view, function.module, default):
            return argument, marker
        if default is None and (marker := annotated_marker(view, function.module, argument.annotation)):
            return argument, marker
    return None


def _is_given_to_depends(view: View, module: Module, node: ast.Call) -> bool:
    """`Depends(f())` is a fault of its own."""
    parent = view.parent(node)
    return isinstance(parent, ast.Call) and view.name(module, parent.func) in MARKERS
