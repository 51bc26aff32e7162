"""A session or connection is opened for a request and not closed on every path."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.din._sessions import opened_session, returned, unclosed
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN505", name="session-left-open", severity="error", umbrella=("API002",))


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each session that a path operation, or a dependency that returns it, leaves open."""
    is_dependency = view.is_dependency(function)
    if not is_dependency and not view.is_handler(function):
        return
    for node in view.own(function, ast.Call):
        if not opened_session(view, function.module, node):
            continue
        what = ast.unparse(node.func)
        if is_dependency and not function.is_generator and returned(view, function, node):
            message = f"`{function.name}` returns the `{what}()` that it opened, and nobody closes it."
        elif what == "next" and unclosed(view, function, node):
            message = (
                f"`{function.name}` takes what `{ast.unparse(node.args[0])}` yields, and nobody closes it."
            )
        elif unclosed(view, function, node):
            message = f"`{function.name}` opens `{what}()` and does not close it when an exception is raised."
        else:
            continue
        yield Report(function.module, node, message, subject=what)
