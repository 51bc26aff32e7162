"""What the project's own functions raise with a message of their own, where something catches it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.inference import called
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

_DEPTH = 3
_MOST = 60
# Anything may raise these, whatever the project says by them.
_ANYTHING = frozenset({"builtins.Exception", "builtins.BaseException", "builtins.OSError"})


def said_by_project(view: View, function: Function, handler: ast.ExceptHandler) -> frozenset[str]:
    """The classes of Python's own that the `try` of the handler raises with a text that the project wrote."""
    return view.once(("sec.said", handler), lambda: frozenset(_said(view, function, handler)))


def _said(view: View, function: Function, handler: ast.ExceptHandler) -> Iterator[str]:
    above = view.parent(handler)
    if not isinstance(above, ast.Try):
        return
    nodes = [node for statement in above.body for node in walk(statement)]
    yield from _raised(view, function.module, nodes)
    yield from _handed(view, function.module, nodes)
    waiting, seen = _called(view, function.module, nodes), set[Function]()
    for _ in range(_DEPTH):
        fresh = [one for one in waiting if one not in seen][:_MOST]
        seen |= set(fresh)
        for one in fresh:
            yield from _raised(view, one.module, one.scope.nodes)
        waiting = [inner for one in fresh for inner in _called(view, one.module, one.scope.nodes)]


def _handed(view: View, module: Module, nodes: list[ast.AST]) -> Iterator[str]:
    """The classes that a function of the project is told to raise: `check(source, error=ValueError)`."""
    for node in nodes:
        if isinstance(node, ast.Call) and _called(view, module, [node]):
            for given in (*node.args, *(one.value for one in node.keywords)):
                name = view.name(module, given) if isinstance(given, ast.Name) else ""
                if name.startswith("builtins.") and name not in _ANYTHING:
                    yield name


def _called(view: View, module: Module, nodes: list[ast.AST]) -> list[Function]:
    """The functions, and the methods that make an object, that the nodes call."""
    targets = [called(view.project, module, node.func) for node in nodes if isinstance(node, ast.Call)]
    found = [target.function for target in targets if target is not None]
    found += [target.cls.methods.get("__init__") for target in targets if target is not None and target.cls]
    return [one for one in found if one is not None]


def _raised(view: View, module: Module, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            name = view.name(module, node.exc.func)
            said = isinstance(node.exc.args[0], ast.Constant | ast.JoinedStr)
            if said and name.startswith("builtins.") and name not in _ANYTHING:
                yield name
