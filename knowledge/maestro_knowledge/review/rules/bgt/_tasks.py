"""What is handed to a background task."""

import ast

from maestro_knowledge.project import inference
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.view import View

_PLAIN = frozenset(
    {"builtins.None", "builtins.str", "builtins.int", "builtins.bool", "builtins.dict", "builtins.list"}
)


def given_to(node: ast.Call) -> ast.expr | None:
    """The expression that `add_task(…)` or `BackgroundTask(…)` is given as what to run."""
    named = next((keyword.value for keyword in node.keywords if keyword.arg == "func"), None)
    return node.args[0] if node.args else named


def gives_callable(view: View, function: Function) -> bool:
    """Whether a call of the function may give something to call: only what is sure is denied."""
    if function.is_async or function.is_generator:
        return False
    returns = [
        node for node in function.scope.nodes if isinstance(node, ast.Return) and node.value is not None
    ]
    if not returns:
        return False
    result = inference.result_of(view.project, function)
    return result is None or result.name not in _PLAIN
