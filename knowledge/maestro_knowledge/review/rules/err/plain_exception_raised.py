"""`raise Exception(…)` in code that serves a request."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.calls import callers_of
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.bgt._requests import request_path, served_by
from maestro_knowledge.review.view import View

RULE = Rule(id="ERR303", name="plain-exception-raised", severity="warning", umbrella=("API008",))

_PLAIN = frozenset({"builtins.Exception", "builtins.BaseException"})
NEEDS = Needs(nodes=frozenset({ast.Raise}))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each raise of the two classes that say nothing, on the way of a request."""
    for node in view.own(function, ast.Raise):
        if node.exc is None:
            continue
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if view.name(function.module, raised) not in _PLAIN or _is_caught(view, function, node):
            continue
        path = request_path(view, function)
        if not path and not _may_serve(view, function):
            return
        shown = ast.unparse(raised)
        yield Report(
            function.module,
            node,
            f"`{function.name}` raises a plain `{shown}`: the client gets a 500 whatever it means.",
            subject=shown,
            hops=served_by(path),
        )


def _is_caught(view: View, function: Function, node: ast.Raise) -> bool:
    """Whether the function itself catches it and does not let it go again."""
    child: ast.AST = node
    while child is not function.node and (above := view.parent(child)) is not None:
        if isinstance(above, ast.Try) and child in above.body:
            broad = [one for one in above.handlers if _is_broad(view, function, one)]
            if broad and not any(isinstance(one, ast.Raise) and one.exc is None for one in broad[0].body):
                return True
        child = above
    return False


def _is_broad(view: View, function: Function, handler: ast.ExceptHandler) -> bool:
    return handler.type is None or view.name(function.module, handler.type) in _PLAIN


def _may_serve(view: View, function: Function) -> bool:
    """Whether it is a method beside path operations that nothing in sight calls, so most likely they do."""
    beside = any(
        operation.function and operation.function.module is function.module
        for operation in view.project.operations
    )
    is_method = function.owner is not None and not function.name.startswith("__")
    return beside and is_method and not callers_of(view.project, function)
