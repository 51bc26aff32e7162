"""Cookies identify who is writing, and nothing against CSRF is in sight."""

import ast
import re
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Dependency, Parameter, Route
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Ask
from maestro_knowledge.review.rules.aut._guards import below, of_route
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT711", name="cookie-writes-without-csrf", severity="question", preview=True)

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PROTECTION = Pattern(r"csrf|xsrf|same_?site|x-requested-with|\borigin\b|sec-fetch", re.IGNORECASE)
_IDENTITY = Pattern(r"session|token|auth|sid|user|jwt|login|remember", re.IGNORECASE)


def check(project: Project, view: View) -> Iterator[Ask]:
    """Asks once an application about writes that a cookie is enough for."""
    seen: set[object] = set()
    for route in project.routes:
        function = route.operation.function
        if function is None or route.app is None or route.app in seen or not _WRITING & set(route.methods):
            continue
        if not function.module.in_scope or function.module.is_test:
            continue
        if not _by_cookie(view, route, function) or _is_protected(view, route):
            continue
        seen.add(route.app)
        yield Ask(
            asks=f"What keeps other websites from calling {'/'.join(route.methods)} `{route.path}` "
            "with the cookie of a user?",
            looked_for="a CSRF token, `samesite`, a look at `Origin`, a header that only scripts can set",
            looked_in=tuple(sorted({one.path for one in _modules(view, route)})),
            module=function.module,
            node=function.node,
        )


def _by_cookie(view: View, route: Route, function: Function) -> bool:
    """Whether a cookie says who is calling."""
    dependencies = [one for given in of_route(route) for one in below(given)]
    if any(one.scheme is not None and one.scheme.name != "APIKeyCookie" for one in dependencies):
        return False
    parameters: list[Parameter] = [*route.parameters]
    functions = [function]
    for one in dependencies:
        parameters += one.parameters
        functions += [one.function] if one.function else []
    if any(_is_cookie(one) for one in dependencies):
        return True
    if any(one.location == "cookie" and _IDENTITY.search(one.alias) for one in parameters):
        return True
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "session"
        and view.is_a(view.type(one.module, node.value), "fastapi.Request")
        for one in functions
        for node in one.scope.nodes
    )


def _is_cookie(dependency: Dependency) -> bool:
    return dependency.scheme is not None and dependency.scheme.name == "APIKeyCookie"


def _is_protected(view: View, route: Route) -> bool:
    return any(_names_protection(view, module) for module in _modules(view, route))


def _modules(view: View, route: Route) -> list[Module]:
    return [one for one in view.project.modules if one.in_scope or (route.app and one is route.app.module)]


def _names_protection(view: View, module: Module) -> bool:
    return view.once(("aut.csrf", module.path), lambda: _PROTECTION.search(module.text) is not None)
