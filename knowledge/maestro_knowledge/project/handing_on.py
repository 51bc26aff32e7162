"""Calls that hand on what they are given: the next of an iterator, a copy, what a manager enters."""

import ast
from dataclasses import replace

from maestro_knowledge.project.model import Project
from maestro_knowledge.project.results import Infer, element, entered
from maestro_knowledge.project.symbols import Module, Type

_NEXT = frozenset({"builtins.next", "builtins.anext"})
_SAME = frozenset({"builtins.iter", "builtins.aiter", "copy.copy", "copy.deepcopy", "weakref.proxy"})
_CLOSING = frozenset({"contextlib.closing", "contextlib.aclosing"})
_ENTERING = frozenset({"enter_context", "enter_async_context"})
_NEXT_METHODS = frozenset({"__next__", "__anext__", "asend", "send"})


def handed_on(project: Project, module: Module, node: ast.Call, name: str, infer: Infer) -> Type | None:
    """The type of such a call's value; `name` is what is called, "" where that is not known."""
    if isinstance(node.func, ast.Attribute) and (method := node.func.attr) in _NEXT_METHODS | _ENTERING:
        return _by_method(project, module, node, method, infer)
    if not node.args or name not in _NEXT | _SAME | _CLOSING:
        return None
    given = infer(project, module, node.args[0])
    if given is None or given.is_coroutine:
        return None
    if name in _SAME:
        return given
    if name in _CLOSING:
        return Type("contextlib.AbstractContextManager", (given,))
    return _awaited(element(given), is_awaited=name == "builtins.anext")


def _by_method(project: Project, module: Module, node: ast.Call, method: str, infer: Infer) -> Type | None:
    if method in _ENTERING:
        owner = infer(project, module, node.func.value) if isinstance(node.func, ast.Attribute) else None
        is_stack = owner is not None and owner.name in {"contextlib.ExitStack", "contextlib.AsyncExitStack"}
        found = entered(project, module, node.args[0], infer) if is_stack and node.args else None
        return _awaited(found, is_awaited=method == "enter_async_context")
    owner = infer(project, module, node.func.value) if isinstance(node.func, ast.Attribute) else None
    return _awaited(element(owner), is_awaited=method in {"__anext__", "asend"})


def _awaited(type_: Type | None, *, is_awaited: bool) -> Type | None:
    return replace(type_, is_coroutine=True) if type_ is not None and is_awaited else type_
