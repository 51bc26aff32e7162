"""A library for tokens or passwords is no longer maintained."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT712", name="unmaintained-library", severity="info", preview=True)

_INSTEAD = {"jose": ("python-jose", "PyJWT"), "passlib": ("passlib", "pwdlib")}


def check(module: Module, _: View) -> Iterator[Report]:
    """Reports the first import of python-jose and of passlib in a file."""
    seen: set[str] = set()
    for kind in (ast.ImportFrom, ast.Import):
        for node in module.nodes.get(kind, ()):
            for top in _imported(node):
                if top in _INSTEAD and top not in seen:
                    seen.add(top)
                    name, instead = _INSTEAD[top]
                    message = f"`{name}` is no longer maintained; FastAPI's tutorial moved to `{instead}`."
                    yield Report(module, node, message, subject=name)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [] if node.level else [(node.module or "").partition(".")[0]]
    return [one.name.partition(".")[0] for one in node.names] if isinstance(node, ast.Import) else []
