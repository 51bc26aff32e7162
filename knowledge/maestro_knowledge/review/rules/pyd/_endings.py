"""Whether a function can come to its end without returning a value."""

import ast

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.view import View

_NEVER = frozenset(
    {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}
)
_EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})


def can_fall_through(view: View, function: Function, body: list[ast.stmt]) -> bool:
    """Whether the statement behind the last one is ever reached."""
    return all(_goes_on(view, function, statement) for statement in body)


def _goes_on(view: View, function: Function, node: ast.stmt) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return False
        case ast.Assert():
            return not (isinstance(node.test, ast.Constant) and not node.test.value)
        case ast.If():
            return can_fall_through(view, function, node.body) or can_fall_through(
                view, function, node.orelse
            )
        case ast.Try() | ast.TryStar():
            return _try_goes_on(view, function, node)
        case ast.With() | ast.AsyncWith():
            swallows = any("suppress" in ast.unparse(item.context_expr) for item in node.items)
            return swallows or can_fall_through(view, function, node.body)
        case ast.While():
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
            return not endless or _breaks(node.body)
        case ast.For() | ast.AsyncFor():
            return _breaks(node.body) or not node.orelse or can_fall_through(view, function, node.orelse)
        case ast.Match():
            caught = any(_takes_all(case) for case in node.cases)
            return not caught or any(can_fall_through(view, function, case.body) for case in node.cases)
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return not _never_returns(view, function, call)
        case _:
            return True


def _try_goes_on(view: View, function: Function, node: ast.Try | ast.TryStar) -> bool:
    if node.finalbody and not can_fall_through(view, function, node.finalbody):
        return False
    if can_fall_through(view, function, [*node.body, *node.orelse]):
        return True
    return any(can_fall_through(view, function, handler.body) for handler in node.handlers)


def _breaks(body: list[ast.stmt]) -> bool:
    """Whether a `break` leaves this loop; those of inner loops are taken for its own."""
    return any(isinstance(one, ast.Break) for statement in body for one in walk(statement))


def _takes_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _never_returns(view: View, function: Function, call: ast.Call) -> bool:
    if view.name(function.module, call.func) in _EXITS:
        return True
    target = view.target(function.module, call.func)
    if target is None or target.function is None:
        return False
    returns = target.function.node.returns
    if returns is not None and view.name(target.function.module, returns) in _NEVER:
        return True
    body = target.function.node.body
    return isinstance(body[-1], ast.Raise) and not any(
        isinstance(one, ast.Return) for one in target.function.scope.nodes
    )
