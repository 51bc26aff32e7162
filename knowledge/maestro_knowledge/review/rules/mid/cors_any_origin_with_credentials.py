"""CORS lets every origin in, with credentials."""

import ast
from collections.abc import Iterator, Mapping

from maestro_knowledge.project.application import Middleware
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.mid._settled import settled
from maestro_knowledge.review.view import View

RULE = Rule(id="MID801", name="cors-any-origin-with-credentials", severity="error", umbrella=("API005",))

_NAMES = ("fastapi.middleware.cors.CORSMiddleware", "starlette.middleware.cors.CORSMiddleware")
_ANYTHING = frozenset({".*", "^.*$", ".+", "https?://.*", "^https?://.*$", "http.*"})
NEEDS = Needs(calls=frozenset(_NAMES))


def check(what: Middleware | Module, view: View) -> Iterator[Report]:
    """Reports a CORS middleware that answers any origin and allows cookies."""
    if isinstance(what, Module):  # `app = CORSMiddleware(app, …)` wraps the application itself
        for call, _ in view.calls_to(what, _NAMES):
            yield from _judged(view, what, call, keywords_of(call))
    elif what.name in _NAMES:
        spread = _spread(view, what.module, what.node)
        yield from _judged(view, what.module, what.node, {**spread, **what.keywords})


def _spread(view: View, module: Module, node: ast.AST) -> dict[str, ast.expr]:
    """The options that a call gets by `**options`, where these are spelled out."""
    found: dict[str, ast.expr] = {}
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        given = settled(view, module, keyword.value) if keyword.arg is None else None
        if isinstance(given, ast.Dict):
            pairs = zip(given.keys, given.values, strict=True)
            found |= {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
        elif isinstance(given, ast.Call) and view.name(module, given.func) == "builtins.dict":
            found |= keywords_of(given)
    return found


def _judged(view: View, module: Module, place: ast.AST, options: Mapping[str, ast.expr]) -> Iterator[Report]:
    given = {name: settled(view, module, node) for name, node in options.items()}
    if not _is_true(given.get("allow_credentials")):
        return
    if _has_star(view, module, given.get("allow_origins")):
        how = 'allow_origins=["*"]'
    elif _matches_anything(given.get("allow_origin_regex")):
        how = "allow_origin_regex"
    else:
        return
    message = f"`{how}` together with `allow_credentials=True` lets any site act with its visitors' cookies."
    yield Report(module, place, message, subject=how)


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _has_star(view: View, module: Module, node: ast.expr | None) -> bool:
    items = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    settled_ones = (settled(view, module, one) for one in items)
    return any(isinstance(one, ast.Constant) and one.value == "*" for one in settled_ones)


def _matches_anything(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in _ANYTHING
