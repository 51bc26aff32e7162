"""The application is made with debug on."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import App
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC614", name="debug-application", severity="error", fix="safe")


def check(app: App, view: View) -> Iterator[Report]:
    """Reports `debug=True` at the application and `app.debug = True` beside it."""
    given = app.keywords.get("debug")
    if given is not None and _is_true(_value(app, given, view)) and not _is_chosen(app, view):
        edits = (view.replace(app.module, given, "False"),)
        yield Report(app.module, given, f"`{app.id}` is made with `debug=True`.", "keyword", edits=edits)
    for node in app.module.nodes.get(ast.Assign, ()):
        if not isinstance(node, ast.Assign) or not _is_true(node.value):
            continue
        for target in node.targets:
            if not isinstance(target, ast.Attribute) or target.attr != "debug":
                continue
            # Only what stands outside every condition: `if settings.local: app.debug = True` is a choice.
            if _is_certain(app, node, view) and _is_app(app, target.value, view):
                edits = (view.replace(app.module, node.value, "False"),)
                yield Report(app.module, node, f"`{app.id}` gets `debug = True`.", "attribute", edits=edits)


def _is_certain(app: App, node: ast.Assign, view: View) -> bool:
    above = view.parent(node)
    return above is app.module.tree or (app.factory is not None and above is app.factory.node)


def _is_chosen(app: App, view: View) -> bool:
    """Whether one of several applications is made, as a condition says."""
    above: ast.AST | None = app.node
    while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        above = view.parent(above)
        if isinstance(above, ast.If | ast.IfExp | ast.Match):
            return True
    return False


def _value(app: App, node: ast.expr, view: View) -> ast.expr:
    """The constant that a name of a module stands for."""
    target = view.target(app.module, node) if isinstance(node, ast.Name | ast.Attribute) else None
    if target is not None and target.kind == "value" and isinstance(target.node, ast.Constant):
        return target.node
    return node


def _is_app(app: App, node: ast.expr, view: View) -> bool:
    target = view.target(app.module, node)
    return target is not None and target.node is app.node


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
