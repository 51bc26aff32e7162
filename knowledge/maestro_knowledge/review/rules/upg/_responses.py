"""The JSON response classes that FastAPI deprecates, and what they are given as."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.view import View

DEPRECATED = frozenset({"fastapi.responses.ORJSONResponse", "fastapi.responses.UJSONResponse"})
KEYWORDS = frozenset({"response_class", "default_response_class"})


def given_as_class(view: View, module: Module) -> Iterator[tuple[ast.Call, ast.keyword]]:
    """Every call that is given a deprecated class as `response_class=` or `default_response_class=`."""
    for node in module.nodes.get(ast.keyword, ()):
        if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            call = view.parent(node)
            if isinstance(call, ast.Call) and view.name(module, node.value) in DEPRECATED:
                yield call, node


def other_defaults(view: View) -> bool:
    """Whether anything in the project has another default response class than one that is plain JSON."""
    plain = {*DEPRECATED, "fastapi.responses.JSONResponse"}
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "default_response_class"
        and view.name(module, node.value) not in plain
        for module in view.project.modules
        for node in module.nodes.get(ast.keyword, ())
    )
