"""CORS lets every origin in, with credentials."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Middleware
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.mid._settled import settled
from maestro_knowledge.review.view import View

RULE = Rule(id="MID801", name="cors-any-origin-with-credentials", severity="error", umbrella=("API005",))

_NAMES = ("fastapi.middleware.cors.CORSMiddleware", "starlette.middleware.cors.CORSMiddleware")
_ANYTHING = frozenset({".*", "^.*$", ".+", "https?://.*", "^https?://.*$", "http.*"})


def check(middleware: Middleware, view: View) -> Iterator[Report]:
    """Reports a CORS middleware that answers any origin and allows cookies."""
    if middleware.name not in _NAMES:
        return
    given = {name: settled(view, middleware.module, node) for name, node in middleware.keywords.items()}
    if not _is_true(given.get("allow_credentials")):
        return
    if _has_star(view, middleware, given.get("allow_origins")):
        how = 'allow_origins=["*"]'
    elif _matches_anything(given.get("allow_origin_regex")):
        how = "allow_origin_regex"
    else:
        return
    message = f"`{how}` together with `allow_credentials=True` lets any site act with its visitors' cookies."
    yield Report(middleware.module, middleware.node, message, subject=how)


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _has_star(view: View, middleware: Middleware, node: ast.expr | None) -> bool:
    items = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    settled_ones = (settled(view, middleware.module, one) for one in items)
    return any(isinstance(one, ast.Constant) and one.value == "*" for one in settled_ones)


def _matches_anything(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in _ANYTHING
