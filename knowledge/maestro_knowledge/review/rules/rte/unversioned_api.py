"""No path of the public interface carries a version."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import App, Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE220", name="unversioned-api", severity="question")

_VERSION = Pattern(
    r"(?:^|/)(?:v\d+(?:[._-]?\w+)*|\d{4}-\d{2}(?:-\d{2})?|\{[^}]*version[^}]*\})(?:/|$)", re.IGNORECASE
)
_BY_HEADER = Pattern(r"(?:api|accept)[-_]version|version=\d|vnd\.", re.IGNORECASE)
_LIBRARIES = ("fastapi_versioning", "fastapi_versionizer", "fastapi_versioned", "cadwyn")
# What a platform asks for has no versions.
_OPERATIONAL = Pattern(r"health|ready|live|ping|metrics|status|version|^/$|favicon|robots", re.IGNORECASE)
_ENOUGH, _SHOWN, _LONGEST = 2, 5, 80


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks once for the project, at its first application, where anything public is served."""
    apps = [app for app in project.apps if not app.module.is_test and app.module.in_scope]
    served = frozenset(apps)
    routes = [route for route in project.routes if route.app in served and _is_public(route)]
    if len(routes) < _ENOUGH or not apps or _has_version(project) or _is_elsewhere(project, view):
        return
    first: App = apps[0]
    paths = sorted({route.path or "" for route in routes})
    yield Ask(
        asks="No public path carries a version. Do a header, the host or the gateway tell versions apart?",
        looked_for="a segment such as /v1 in paths, prefixes, mounts and root_path; version headers",
        looked_in=tuple(sorted({route.operation.module.path for route in routes})[:20]),
        seen_near=tuple(paths[:_SHOWN]),
        module=first.module,
        node=first.node,
    )


def _is_public(route: Route) -> bool:
    if route.operation.kind != "http" or not route.in_schema or route.path is None:
        return False
    return not route.operation.module.is_test and not _OPERATIONAL.search(route.path)


def _has_version(project: Project) -> bool:
    paths = [route.path for route in project.routes if route.app is not None and route.app.module.in_scope]
    paths += [one.prefix for one in project.inclusions if one.module.in_scope]
    return any(path is None or _VERSION.search(path) for path in paths)


def _is_elsewhere(project: Project, view: View) -> bool:
    """Whether a header, a library or a setting of the application tells versions apart."""
    for app in project.apps:
        if app.module.in_scope and app.keywords.keys() & {"root_path", "servers"}:
            return True
    for module in project.modules:
        if not module.in_scope:
            continue
        if any(one.name.startswith(_LIBRARIES) for one in _imports(module.tree)):
            return True
        said = _may_name_version(module.text)
        if said and any(_names_version(view, node) for node in module.nodes.get(ast.Constant, ())):
            return True
    return any(
        _BY_HEADER.search(parameter.alias)
        for operation in project.operations
        for parameter in operation.parameters
        if parameter.location == "header" and parameter.module.in_scope
    )


def _may_name_version(text: str) -> bool:
    """Whether it is worth to look at each text; asking for the words first spares most files the pattern."""
    plain = text.lower() if text.isascii() else ""
    return ("version" in plain or "vnd." in plain or not plain) and _BY_HEADER.search(text) is not None


def _names_version(view: View, node: ast.AST) -> bool:
    text = getattr(node, "value", None)
    if not isinstance(text, str) or len(text) > _LONGEST or isinstance(view.parent(node), ast.Expr):
        return False
    return _BY_HEADER.search(text) is not None


def _imports(tree: ast.Module) -> Iterator[ast.alias]:
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            yield ast.alias(statement.module)
        elif isinstance(statement, ast.Import):
            yield from statement.names
