"""Clients are redirected to an address that came with the request."""

import ast
from collections.abc import Iterator
from functools import partial

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, arrivals, chooses_host, hops_to, keyword_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC607", name="redirect-from-request", severity="warning")

_REDIRECTS = frozenset({"fastapi.responses.RedirectResponse", "starlette.responses.RedirectResponse"})
_RESPONSES = frozenset(
    {
        "fastapi.Response",
        "fastapi.responses.Response",
        "fastapi.responses.JSONResponse",
        "fastapi.HTTPException",
    }
    | {
        "fastapi.responses.HTMLResponse",
        "starlette.exceptions.HTTPException",
        "fastapi.responses.PlainTextResponse",
    }
)
_ANSWERS = _REDIRECTS | _RESPONSES


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports redirects whose host the client names."""
    nodes: list[ast.AST] = [*view.own_calls_to(function, _ANSWERS)]
    nodes += [one for one in view.own(function, ast.Assign) if isinstance(one.targets[0], ast.Subscript)]
    if _answers_with_redirect(view, function):
        nodes += view.own(function, ast.Return)
    for node, given, origin in arrivals(view, function, nodes, _address, partial(chooses_host, view)):
        hops = hops_to(view, function.module, given, "the address is made here")
        message = f"`{function.name}` redirects to the address that the request's `{origin.label}` names."
        yield Report(function.module, node, message, subject=origin.label, hops=hops)


def _answers_with_redirect(view: View, function: Function) -> bool:
    """Whether what the function returns is the address."""
    classes = [one.keywords.get("response_class") for one in view.operations(function)]
    return any(one is not None and view.name(function.module, one) in _REDIRECTS for one in classes)


def _address(view: View, module: Module, node: ast.AST) -> ast.expr | None:
    """Where the node sends the client."""
    if isinstance(node, ast.Call):
        if view.name(module, node.func) in _REDIRECTS:
            return argument(node, 0, "url")
        return _location(keyword_of(node, "headers"))
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
        holds = isinstance(target.value, ast.Attribute) and target.value.attr == "headers"
        return node.value if holds and _is_location(target.slice) else None
    if isinstance(node, ast.Return) and not isinstance(node.value, ast.Call):
        return node.value
    return None


def _location(headers: ast.expr | None) -> ast.expr | None:
    if not isinstance(headers, ast.Dict):
        return None
    pairs = zip(headers.keys, headers.values, strict=True)
    return next((value for key, value in pairs if _is_location(key)), None)


def _is_location(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).lower() == "location"
