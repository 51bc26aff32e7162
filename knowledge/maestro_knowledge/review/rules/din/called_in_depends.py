"""`Depends(f())` calls the dependency at import time instead of naming it."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project import inference
from maestro_knowledge.project.application import Dependency
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Class, Function, Type
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN502", name="called-in-depends", severity="error", umbrella=("API002",), fix="unsafe")

_PLAIN = frozenset(
    f"builtins.{name}"
    for name in ["str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "None", "frozenset"]
)
_RESOURCES = frozenset(
    {
        "sqlalchemy.orm.Session",
        "sqlmodel.Session",
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlmodel.ext.asyncio.session.AsyncSession",
        "sqlalchemy.Engine",
        "sqlalchemy.Connection",
        "httpx.Client",
        "httpx.AsyncClient",
        "sqlite3.Connection",
    }
)


def check(dependency: Dependency, view: View) -> Iterator[Report]:
    """Reports a call in place of a callable, where what the call gives cannot be called."""
    marker = dependency.node
    given = _given(marker)
    if not isinstance(given, ast.Call):
        return
    module = dependency.module
    target = view.target(module, given.func)
    if target is None:
        return
    what = ast.unparse(given.func)
    if target.function is not None and _gives_no_callable(view, target.function):
        edits: tuple[Edit, ...] = ()
        if not given.args and not given.keywords:
            edits = (view.replace(module, given, view.source(module, given.func)),)
        yield Report(
            module,
            given,
            f"`{what}()` is called once, when the module is imported, and `Depends` gets its result.",
            subject=what,
            hops=(Hop(target.function.module, target.function.node, "gives no callable"),),
            edits=edits,
        )
    elif target.cls is not None and _has_no_call(view, target.cls):
        yield Report(
            module,
            given,
            f"`Depends` gets an instance of `{what}`, which cannot be called.",
            subject=what,
            hops=(Hop(target.cls.module, target.cls.node, "has no `__call__`"),),
        )


def _given(marker: ast.expr) -> ast.expr | None:
    if not isinstance(marker, ast.Call):
        return None
    named = next((keyword.value for keyword in marker.keywords if keyword.arg == "dependency"), None)
    return marker.args[0] if marker.args else named


def _gives_no_callable(view: View, function: Function) -> bool:
    """Whether it is sure: coroutines and generators cannot be called, nor can plain data and sessions."""
    if function.is_async or function.is_generator or _is_plain_dependency(view, function):
        return True
    result = inference.result_of(view.project, function)
    if result is None or result.is_class or result.is_optional:
        return False
    return not _can_be_called(view, result)


def _is_plain_dependency(view: View, function: Function) -> bool:
    """Whether it is named by another `Depends`, so that what it gives is the value."""
    return any(
        dependency.function is function and not isinstance(_given(dependency.node), ast.Call)
        for dependency in view.dependencies
    )


def _can_be_called(view: View, result: Type) -> bool:
    if result.cls is not None:
        return not _has_no_call(view, result.cls)
    return result.name not in _PLAIN and result.name not in _RESOURCES


def _has_no_call(view: View, cls: Class) -> bool:
    own, foreign, complete = ancestors_of(view.project, cls)
    known = {"builtins.object", "pydantic.BaseModel", "pydantic_settings.BaseSettings"}
    return (
        complete
        and not any("__call__" in holder.methods or "__call__" in holder.scope.bindings for holder in own)
        and all(name in known for name in foreign)
    )
