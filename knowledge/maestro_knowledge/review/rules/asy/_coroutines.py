"""Which calls give a coroutine, so that nothing happens until it is awaited."""

import ast
import json
from functools import cache
from pathlib import Path

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.view import View

# Decorators after which an `async def` still gives a coroutine.
_TRANSPARENT = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "abc.abstractmethod",
        "typing.override",
        "typing_extensions.override",
        "typing.final",
        "functools.wraps",
        "tenacity.retry",
        "typing.overload",
    }
)


@cache
def known_coroutines() -> frozenset[str]:
    """The dotted names from elsewhere whose call gives a coroutine."""
    table = json.loads(Path(__file__).with_name("coroutines.json").read_bytes())
    return frozenset(f"{owner}.{name}" for owner, names in table["coroutines"].items() for name in names)


def gives_coroutine(view: View, module: Module, call: ast.Call) -> bool:
    """Whether it is sure that the call gives a coroutine."""
    if _is_call_next(view, module, call):
        return True
    target = view.target(module, call.func)
    if target is None:
        return False
    if target.function is not None:
        return is_plain_coroutine_function(view, target.function)
    return target.name in known_coroutines()


def is_plain_coroutine_function(view: View, function: Function) -> bool:
    """Whether it is an `async def` that no decorator turns into something else."""
    if not function.is_async or function.is_generator:
        return False
    return all(_is_transparent(view, function, decorator) for decorator in function.node.decorator_list)


def _is_transparent(view: View, function: Function, decorator: ast.expr) -> bool:
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    if view.name(function.module, callee) in _TRANSPARENT:
        return True
    # A route decorator gives back the very function.
    return any(operation.node is decorator for operation in view.operations(function))


def _is_call_next(view: View, module: Module, call: ast.Call) -> bool:
    """`call_next(request)`, the last parameter of a middleware function."""
    if not isinstance(call.func, ast.Name) or call.func.id != "call_next":
        return False
    function = view.around(module, call)
    if function is None or not function.is_async:
        return False
    names = [argument.arg for argument in function.node.args.args]
    return "call_next" in names[1:]
