"""Middleware that returns no response on some path."""

import ast
from collections.abc import Iterator, Sequence

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.mid._functions import Around, calls_on, middleware_functions
from maestro_knowledge.review.view import View

RULE = Rule(id="MID805", name="response-not-passed-on", severity="error", fix="suggest")


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each HTTP middleware that can end without a response, or returns what it did not await."""
    for function, around in middleware_functions(view).items():
        if function.module is module and around.call_next and not function.is_generator:
            yield from _of(view, around)


def _of(view: View, around: Around) -> Iterator[Report]:
    function = around.function
    name = function.qualname
    for call in calls_on(around):
        if function.is_async and _is_returned(view, function, call):
            yield Report(
                function.module,
                call,
                f"`{name}` returns `{around.call_next}(…)` without awaiting it: a coroutine is no response.",
                subject="not awaited",
            )
    for node in function.scope.nodes:
        if isinstance(node, ast.Return) and (node.value is None or literal(node.value) is None):
            yield Report(
                function.module, node, f"`{name}` returns no response here: the client gets a 500.", "nothing"
            )
    if not _always_leaves(function.node.body):
        dropped = [call for call in calls_on(around) if _is_dropped(view, call)]
        yield Report(
            function.module,
            dropped[0] if dropped else function.node,
            f"`{name}` can end without returning a response: the client gets a 500.",
            subject="end",
        )


def _is_returned(view: View, function: Function, call: ast.Call) -> bool:
    """Whether the coroutine is returned as it is, at once or by a name that is never awaited."""
    around = view.parent(call)
    if isinstance(around, ast.Return):
        return True
    if not isinstance(around, ast.Assign) or not isinstance(around.targets[0], ast.Name):
        return False
    name = around.targets[0].id
    if len(function.scope.bindings.get(name, ())) != 1:
        return False
    uses = [
        node
        for node in function.scope.nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return bool(uses) and all(isinstance(view.parent(node), ast.Return | ast.Attribute) for node in uses)


def _is_dropped(view: View, call: ast.Call) -> bool:
    around = view.parent(call)
    around = view.parent(around) if isinstance(around, ast.Await) else around
    return isinstance(around, ast.Expr)


def _always_leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether no path reaches the end of the statements; where that is not sure, it is taken to be so."""
    return any(_leaves(statement) for statement in body)


def _leaves(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and _always_leaves(body) and _always_leaves(orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _always_leaves(body)
        case ast.Try() | ast.TryStar():
            return _try_leaves(statement)
        case ast.While(test=test, body=body):
            # `while True` ends by a `break` only.
            return literal(test) is True and not any(isinstance(one, ast.Break) for one in walk(statement))
        case ast.Match(cases=cases):
            return _has_default(cases) and all(_always_leaves(case.body) for case in cases)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name))):
            return name in {"exit", "_exit", "abort", "assert_never"}
        case _:
            return False


def _try_leaves(statement: ast.Try | ast.TryStar) -> bool:
    if _always_leaves(statement.finalbody):
        return True
    body = _always_leaves(statement.body) or _always_leaves(statement.orelse)
    return body and all(_always_leaves(handler.body) for handler in statement.handlers)


def _has_default(cases: Sequence[ast.match_case]) -> bool:
    last = cases[-1]
    return last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
