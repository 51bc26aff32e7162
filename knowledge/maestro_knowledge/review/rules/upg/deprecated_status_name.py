"""Names of status codes that Starlette deprecates."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import renamed_member
from maestro_knowledge.review.rules.upg._pydantic import is_shim
from maestro_knowledge.review.view import View

RULE = Rule(
    id="UPG615", name="deprecated-status-name", severity="warning", fix="safe", preview=True, since="0.118.0"
)

_MODULE = "fastapi.status."
_NOW = {
    "HTTP_413_REQUEST_ENTITY_TOO_LARGE": "HTTP_413_CONTENT_TOO_LARGE",
    "HTTP_414_REQUEST_URI_TOO_LONG": "HTTP_414_URI_TOO_LONG",
    "HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE": "HTTP_416_RANGE_NOT_SATISFIABLE",
    "HTTP_422_UNPROCESSABLE_ENTITY": "HTTP_422_UNPROCESSABLE_CONTENT",
}


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each use of an old name as a member of `status`, and each import of one."""
    if at_least(view.project.versions, "starlette", "0.48.0") is False:
        return  # it does not have the new names yet
    for node in module.nodes.get(ast.Attribute, ()):
        if not isinstance(node, ast.Attribute) or node.attr not in _NOW or is_shim(view, node):
            continue
        if view.name(module, node) == f"{_MODULE}{node.attr}":
            edits = (renamed_member(view, module, node, _NOW[node.attr]),)
            yield Report(module, node, _said(node.attr), subject=node.attr, edits=edits)
    for statement in module.nodes.get(ast.ImportFrom, ()):
        if isinstance(statement, ast.ImportFrom) and statement.module in {
            "fastapi.status",
            "starlette.status",
        }:
            for alias in statement.names:
                if alias.name in _NOW and not is_shim(view, statement):
                    yield Report(module, alias, _said(alias.name), subject=alias.name)


def _said(name: str) -> str:
    return f"`{name}` is deprecated: it is called `{_NOW[name]}` now."
