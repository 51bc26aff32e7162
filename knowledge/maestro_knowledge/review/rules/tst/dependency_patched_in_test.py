"""Tests patch a function that is a dependency."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.lookup import member_of
from maestro_knowledge.project.symbols import Module, Target
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.tst._testing import is_testing
from maestro_knowledge.review.view import View

RULE = Rule(
    id="TST307",
    name="dependency-patched-in-test",
    severity="info",
    umbrella=("API002",),
    fix="suggest",
    tests=True,
)

_PATCH = frozenset({"unittest.mock.patch", "mock.patch", "mock.mock.patch"})
_PATCH_OBJECT = frozenset({"unittest.mock.patch.object", "mock.patch.object"})
NEEDS = Needs(calls=_PATCH | _PATCH_OBJECT, words=frozenset({"setattr", "patch", "object"}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each patch of what `dependency_overrides` would replace."""
    if not is_testing(module):
        return
    for node in module.nodes.get(ast.Call, ()):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        target = _patched(view, module, node)
        if target is None:
            continue
        shown = _dependency(view, target)
        if shown:
            yield Report(
                module,
                node,
                f"`{shown}` is a dependency and is patched: routes keep the one they were made with.",
                subject=shown,
            )


def _patched(view: View, module: Module, call: ast.Call) -> Target | None:
    """What the call patches: by a dotted text, or an object and the name of a member."""
    name = view.name(module, call.func)
    last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    is_monkey = last == "setattr" and not name.startswith("builtins.")
    is_mocker = last == "patch" and not name
    first = call.args[0]
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return _by_path(view, first.value) if name in _PATCH or is_monkey or is_mocker else None
    is_object = name in _PATCH_OBJECT or is_monkey or (last == "object" and not name)
    if is_object and len(call.args) > 1:
        member = call.args[1]
        owner = view.target(module, first)
        if isinstance(member, ast.Constant) and isinstance(member.value, str) and owner is not None:
            return member_of(view.project, module, owner, member.value)
    return None


def _by_path(view: View, path: str) -> Target | None:
    """What a dotted text means: the longest module that is its beginning, then members."""
    modules = view.once("tst.modules", lambda: {one.name: one for one in view.project.modules})
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = modules.get(".".join(parts[:end]))
        if module is None:
            continue
        target: Target | None = Target(module.name, "module", module)
        for part in parts[end:]:
            target = member_of(view.project, module, target, part) if target is not None else None
        return target
    return None


def _dependency(view: View, target: Target) -> str:
    """The name of the dependency that is patched; a method belongs to a class that is injected."""
    if target.function is not None and view.is_dependency(target.function):
        return target.function.qualname
    owner = target.function.owner if target.function is not None else target.cls
    if owner is not None and any(one.cls is owner for one in view.dependencies):
        return target.function.qualname if target.function is not None else owner.qualname
    return ""
