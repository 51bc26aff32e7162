"""An override whose key no route depends on."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.blocking import is_cached
from maestro_knowledge.project.symbols import Module, Target
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.tst._overrides import overrides_in
from maestro_knowledge.review.view import View

RULE = Rule(id="TST302", name="override-without-effect", severity="error", tests=True)

_MARKERS = frozenset({"fastapi.Depends", "fastapi.Security"})
_ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
NEEDS = Needs(words=frozenset({"dependency_overrides"}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each override with a key that FastAPI will never look up."""
    for override in overrides_in(view, module):
        why = _why_never(view, module, override.key)
        if why:
            shown = view.source(module, override.key)[:60]
            yield Report(
                module, override.key, f"The override of `{shown}` has no effect: {why}.", subject=shown
            )


def _why_never(view: View, module: Module, key: ast.expr) -> str:
    if isinstance(key, ast.Constant):
        return "keys are the functions themselves, not their names" if isinstance(key.value, str) else ""
    if isinstance(key, ast.Lambda):
        return "a lambda written here is no dependency of any route"
    if isinstance(key, ast.Call):
        return _made_anew(view, module, key)
    target = view.target(module, key)
    if target is None:
        return ""
    if target.kind == "value" and target.module is not None and isinstance(target.node, ast.Subscript):
        if view.name(target.module, target.node.value) in _ANNOTATED:
            return "keys are the functions in `Depends(…)`, not the annotations around them"
        return ""
    if target.function is None and target.cls is None:
        return ""
    if not view.project.operations or not _is_everything_known(view):
        return ""
    return "" if _is_depended_on(view, target) else "no route depends on it"


def _made_anew(view: View, module: Module, key: ast.Call) -> str:
    """A call gives another object each time, so it is never the one that a route has."""
    target = view.target(module, key.func)
    if target is None:
        return ""
    if target.function is not None:
        if is_cached(view.project, target.function):
            return ""
        returned = [
            one.value for one in target.function.scope.nodes if isinstance(one, ast.Return) and one.value
        ]
        inner = set(target.function.scope.bindings)
        makes = [one for one in returned if isinstance(one, ast.Lambda) or getattr(one, "id", "") in inner]
        if returned and len(makes) == len(returned):
            return "each call makes another function than the one that the route has"
        return "the function was called, and its result is no key" if _is_depended_on(view, target) else ""
    if target.cls is not None and "__hash__" not in target.cls.methods and not target.cls.node.decorator_list:
        own = {"__call__"} & set(target.cls.methods)
        if own and not target.cls.node.bases:
            return "each call makes another object than the one that the route has"
    return ""


def _is_everything_known(view: View) -> bool:
    """Whether each dependency of each route is known, so that none of them can be this one."""
    return all(one.kind != "unknown" and one.name != "?" for one in view.dependencies)


def _is_depended_on(view: View, target: Target) -> bool:
    """Whether any dependency calls it, or any `Depends(…)` anywhere names it."""
    for one in view.dependencies:
        if target.function is not None and one.function is target.function:
            return True
        if target.cls is not None and one.cls is target.cls:
            return True
    return target.name in view.once("tst.depended", lambda: _named(view)) or not target.name


def _named(view: View) -> frozenset[str]:
    """What `Depends(…)` names, with the last part of what could not be followed."""
    found: set[str] = set()
    for module in view.project.modules:
        for call, _ in view.calls_to(module, _MARKERS):
            given = call.args[0] if call.args else None
            given = given or next((one.value for one in call.keywords if one.arg == "dependency"), None)
            if given is not None:
                found.add(view.name(module, given))
    return frozenset(found)
