"""Decorators that register what they are applied to: those of routers, and the project's own."""

import ast
from typing import TYPE_CHECKING

from maestro_knowledge.project.symbols import FunctionNode
from maestro_knowledge.project.wiring.assuming import assume_router
from maestro_knowledge.project.wiring.registering import DECORATORS, Registration, decorate
from maestro_knowledge.project.wiring.relevance import is_decorator_call
from maestro_knowledge.project.wiring.values import UNKNOWN, Environment, Referred, Value, Wired, Written

if TYPE_CHECKING:
    from maestro_knowledge.project.wiring.follow import Wiring


def apply_decorators(wiring: "Wiring", node: FunctionNode, handler: Value, environment: Environment) -> None:
    """Registers a function through its decorators; the lowest runs first."""
    for decorator in reversed(node.decorator_list):
        apply_decorator(wiring, decorator, handler, node, environment)


def apply_decorator(
    wiring: "Wiring", decorator: ast.expr, handler: Value, at: ast.AST, environment: Environment
) -> None:
    """Registers `handler`, which stands at `at`, if the decorator is one that registers."""
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    if (
        not isinstance(decorator, ast.Call)
        or not isinstance(func, ast.Attribute)
        or func.attr not in DECORATORS
    ):
        value = wiring.evaluate(decorator, environment) if isinstance(func, ast.Name) else UNKNOWN
        if isinstance(value, Written) and isinstance(value.node, ast.Call) and is_decorator_call(value.node):
            apply_decorator(wiring, value.node, handler, at, value.environment)  # it was given a name before
        else:
            _call_decorator(wiring, value, handler)
        return
    owner = wiring.evaluate(func.value, environment)
    if not isinstance(owner, Wired):
        assumed = assume_router(wiring, func, decorator, owner, environment)
        if assumed is None:
            return
        owner = assumed
    decorate(Registration(wiring, owner, decorator, environment), func.attr, handler, at)


def _call_decorator(wiring: "Wiring", decorator: Value, handler: Value) -> None:
    """A decorator of the project's own that registers what it is given."""
    if not isinstance(decorator, Referred) or decorator.target.function is None:
        return
    function = decorator.target.function
    names = [argument.arg for argument in function.node.args.args]
    if not names or not wiring.may_wire(function):
        return
    position = 1 if decorator.instance is not None and len(names) > 1 else 0
    given = {names[position]: handler}
    if position and decorator.instance is not None:
        given[names[0]] = decorator.instance
    wiring.run_function(function, given, decorator.environment)
