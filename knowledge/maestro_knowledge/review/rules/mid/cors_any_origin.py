"""CORS lets every origin in, without credentials."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Middleware
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.aut._tokens import value_of
from maestro_knowledge.review.view import View

RULE = Rule(id="MID802", name="cors-any-origin", severity="question", umbrella=("API005",), preview=True)

_NAME = "fastapi.middleware.cors.CORSMiddleware"


def check(middleware: Middleware, view: View) -> Iterator[Ask]:
    """Asks whether any site may read the answers, where no cookies are sent."""
    if middleware.name != _NAME:
        return
    module = middleware.module
    given = {name: value_of(view, module, node) for name, node in middleware.keywords.items()}
    origins, credentials = given.get("allow_origins"), given.get("allow_credentials")
    if not _has_star(origins) or not (credentials is None or _is_false(credentials)):
        return
    yield Ask(
        asks="Every origin may read what this API answers: is it meant for pages of anyone?",
        looked_for='`allow_origins=["*"]` without credentials',
        looked_in=(module.path,),
        seen_near=(f"{module.path}:{getattr(middleware.node, 'lineno', 1)} CORSMiddleware",),
        module=module,
        node=middleware.node,
    )


def _has_star(node: ast.expr | None) -> bool:
    items = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return any(isinstance(one, ast.Constant) and one.value == "*" for one in items)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
