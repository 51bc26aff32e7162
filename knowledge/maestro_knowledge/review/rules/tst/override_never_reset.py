"""`dependency_overrides` that are set and never reset."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.tst._overrides import Override, is_undone, overrides_in
from maestro_knowledge.review.rules.tst._testing import app_of, is_testing, lasts, parameter_fixture
from maestro_knowledge.review.view import View

RULE = Rule(id="TST301", name="override-never-reset", severity="warning", fix="suggest", tests=True)
NEEDS = Needs(words=frozenset({"dependency_overrides"}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each override that a test or fixture leaves behind for the tests after it."""
    if not is_testing(module):
        return
    seen: set[ast.stmt] = set()
    for override in overrides_in(view, module):
        function = view.around(module, override.node)
        # What stands at the top of a file is meant for every test in it.
        if function is None or override.node in seen or lasts(view, function):
            continue
        if not _is_shared(view, override, function):
            continue
        if not is_undone(view, override, function):
            seen.add(override.node)
            key = view.source(module, override.key)[:60]
            yield Report(
                module,
                override.node,
                f"`{function.qualname}` overrides `{key}` and nothing resets it: later tests run with it.",
                subject=key,
            )


def _is_shared(view: View, override: Override, function: Function) -> bool:
    """Whether the application outlives the function; one that it or a fixture makes does not."""
    owner: ast.expr = override.overrides.value
    while isinstance(owner, ast.Attribute):  # `client.app.dependency_overrides`
        owner = owner.value
    if not isinstance(owner, ast.Name):
        return False
    if owner.id not in function.scope.bindings:
        return _is_module_level(view, override.module, owner)
    giver = parameter_fixture(view, override.module, owner)
    if giver is None:
        return False
    names = [node for node in giver.scope.nodes if isinstance(node, ast.Name)]
    apps = [app_of(view, giver.module, node) for node in names if node.id not in giver.scope.bindings]
    return any(app is not None and app.factory is None for app in apps)


def _is_module_level(view: View, module: Module, owner: ast.Name) -> bool:
    """Whether the name belongs to a module, not to a function around a nested one."""
    around = view.around(module, owner)
    scope = around.scope.parent if around is not None else None
    while scope is not None and scope.kind != "module":
        if scope.kind == "function" and owner.id in scope.bindings:
            return False
        scope = scope.parent
    return True
