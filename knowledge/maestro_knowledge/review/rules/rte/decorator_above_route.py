"""A decorator stands above the route decorator, where no request passes through it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE206", name="decorator-above-route", severity="error", umbrella=("API005",), fix="suggest")

_GUARDS = (
    "auth",
    "login",
    "permission",
    "role",
    "limit",
    "throttle",
    "cache",
    "require",
    "secure",
    "protect",
)
# They mark the function or its class and change nothing that a call would show.
_MARKS = ("typing.", "typing_extensions.", "warnings.deprecated", "builtins.staticmethod", "pytest.")


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports every decorator above the first route decorator of a path operation."""
    function = operation.function
    if function is None or not isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    decorators = function.node.decorator_list
    if operation.node not in decorators:
        return
    routes = {other.node for other in view.operations(function)}
    # Of stacked route decorators the topmost reports, once.
    if any(one in routes for one in decorators[: decorators.index(operation.node)]):
        return
    for decorator in decorators[: decorators.index(operation.node)]:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = view.name(operation.module, called)
        if not name or name.startswith(_MARKS) or _is_registration(view, operation, called):
            continue
        if called is decorator and _hands_back(view, operation, called):
            continue
        if _hands_back(view, operation, decorator):
            continue
        shown = ast.unparse(called)
        guards = any(word in shown.lower() for word in _GUARDS)
        yield Report(
            operation.module,
            decorator,
            f"`@{shown}` of `{function.name}` stands above the route decorator: no request gets there.",
            subject=shown,
            severity="error" if guards else "warning",
        )


def _hands_back(view: View, operation: Operation, called: ast.expr) -> bool:
    """Whether the decorator is the project's own and returns the very function: it only notes it."""
    target = view.target(operation.module, called)
    made = target.function if target else None
    if made is None or not made.node.args.args:
        return False
    given = made.node.args.args[0].arg
    returns = [node.value for node in made.scope.nodes if isinstance(node, ast.Return)]
    is_kept = len(made.scope.bindings.get(given, ())) == 1
    return is_kept and bool(returns) and all(isinstance(one, ast.Name) and one.id == given for one in returns)


def _is_registration(view: View, operation: Operation, called: ast.expr) -> bool:
    """Whether the decorator belongs to an object that functions are registered with, as routers are."""
    if not isinstance(called, ast.Attribute):
        return False
    owner = view.type(operation.module, called.value)
    return view.is_a(owner, "fastapi.FastAPI", "fastapi.APIRouter", "fastapi.routing.APIRouter")
