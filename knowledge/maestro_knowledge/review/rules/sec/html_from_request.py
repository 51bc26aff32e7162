"""Text of the request is put into HTML."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, arrivals, built, hops_to, keyword_of
from maestro_knowledge.review.rules.sec._taint import Flow
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC608", name="html-from-request", severity="error")

_PAGES = frozenset({"fastapi.responses.HTMLResponse", "starlette.responses.HTMLResponse"})
_RESPONSES = frozenset(
    {
        "fastapi.responses.StreamingResponse",
        "fastapi.Response",
        "fastapi.responses.Response",
        "starlette.responses.Response",
    }
)
_RAW = frozenset({"markupsafe.Markup", "jinja2.Markup", "jinja2.utils.markupsafe.Markup"})
_ANSWERS = _PAGES | _RAW | _RESPONSES


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports HTML that holds text of the client unescaped."""
    nodes: list[ast.AST] = [*view.own_calls_to(function, _ANSWERS)]
    if _answers_with_html(view, function):
        nodes += view.own(function, ast.Return)
    for node, given, origin in arrivals(view, function, nodes, _html, Flow.carried):
        hops = hops_to(view, function.module, given, "the page is made here")
        message = f"`{function.name}` puts the request's `{origin.label}` into HTML unescaped."
        yield Report(function.module, node, message, subject=origin.label, hops=hops)


def _html(view: View, module: Module, node: ast.AST) -> ast.expr | None:
    """What the browser gets as HTML at the node."""
    if isinstance(node, ast.Call):
        if view.name(module, node.func) not in _RESPONSES:
            return argument(node, 0, "content")
        kind = keyword_of(node, "media_type") or argument(node, 3, "media_type")
        is_html = isinstance(kind, ast.Constant) and "html" in str(kind.value).lower()
        return argument(node, 0, "content") if is_html else None
    if isinstance(node, ast.Return) and node.value is not None:
        value = built(view, module, node.value)
        if isinstance(value, ast.Call) and view.name(module, value.func) in _PAGES | _RESPONSES:
            return None  # seen as a call
        return node.value
    return None


def _answers_with_html(view: View, function: Function) -> bool:
    for operation in view.operations(function):
        given = operation.keywords.get("response_class") or operation.router.keywords.get(
            "default_response_class"
        )
        if given is not None and view.name(operation.module, given) in _PAGES:
            return True
    return False
