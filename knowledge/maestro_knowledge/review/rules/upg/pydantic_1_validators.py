"""`@validator` and `@root_validator` of Pydantic 1."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.rules.upg._pydantic import has_pydantic_2, is_shim
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG606", name="pydantic-1-validators", severity="warning", fix="unsafe")

_OLD = {"pydantic.validator": "field_validator", "pydantic.root_validator": "model_validator"}
_GONE = frozenset({"field", "config"})  # parameters that Pydantic 2 refuses when the class is made


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each use of the old decorators, as a decorator or called with a function."""
    if not has_pydantic_2(view):
        return
    decorators: set[ast.expr] = set()
    for function in module.functions:
        for decorator in function.node.decorator_list:
            node = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = view.name(module, node)
            if name in _OLD and not is_shim(view, decorator):
                decorators.add(decorator)
                yield _of_function(view, function, decorator, name)
    for call, name in view.calls_to(module, _OLD):
        around = view.parent(call)  # `validator("name")(function)`
        if isinstance(around, ast.Call) and not {call, around} & decorators and not is_shim(view, call):
            yield Report(module, call, _deprecated(name), subject=view.source(module, call)[:80])


def _of_function(view: View, function: Function, decorator: ast.expr, name: str) -> Report:
    module = function.module
    why = _refused(function, decorator, name)
    old = name.rpartition(".")[2]
    return Report(
        module,
        decorator,
        f"`{function.qualname}` is a `{old}` that Pydantic 2 refuses: {why}." if why else _deprecated(name),
        subject=function.qualname,
        severity="error" if why else None,
        edits=_edits(view, function, decorator, name),
    )


def _deprecated(name: str) -> str:
    return f"`{name.rpartition('.')[2]}` is deprecated: it is `{_OLD[name]}` now."


def _refused(function: Function, decorator: ast.expr, name: str) -> str:
    """Why the class cannot even be made; "" if it can."""
    parameters = {one.arg for one in [*function.node.args.args, *function.node.args.kwonlyargs]}
    if name == "pydantic.validator":
        gone = sorted(_GONE & parameters)
        return f"it takes `{gone[0]}`" if gone else ""
    given = _keywords(decorator)
    if given is None or "pre" in given or "skip_on_failure" in given:
        return ""
    return "it says neither `pre=True` nor `skip_on_failure=True`"


def _keywords(decorator: ast.expr) -> dict[str, ast.keyword] | None:
    """The keywords of the decorator; None where `**` hides some."""
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    if any(keyword.arg is None for keyword in keywords):
        return None
    return {keyword.arg: keyword for keyword in keywords if keyword.arg is not None}


def _edits(view: View, function: Function, decorator: ast.expr, name: str) -> tuple[Edit, ...]:
    """The new decorator above `@classmethod`, where the function can stay as it is."""
    given = _keywords(decorator)
    if given is None or function.is_async or not isinstance(decorator, ast.Call):
        return ()
    allowed = {"pre", "check_fields"} if name == "pydantic.validator" else {"pre"}
    if not set(given) <= allowed or not _takes_only_a_value(function):
        return ()
    is_before = "pre" in given and literal(given["pre"].value) is True
    if name == "pydantic.root_validator" and not is_before:
        return ()
    word = spelled(view, function.module, f"pydantic.{_OLD[name]}")
    if word is None:
        return ()
    parts = [view.source(function.module, one) for one in decorator.args]
    parts += ['mode="before"'] if is_before else []
    if "check_fields" in given:
        parts.append(view.source(function.module, given["check_fields"]))
    text = f"{word[0]}({', '.join(parts)})"
    edits = (*word[1], view.replace(function.module, decorator, text))
    if _is_class_method(function):
        return edits
    below = f"@classmethod\n{' ' * function.node.col_offset}"
    return (*edits, view.insert_before(function.module, function.node, below))


def _takes_only_a_value(function: Function) -> bool:
    """Whether it takes the class and the value, not the other values, which come another way now."""
    arguments = function.node.args
    extra = arguments.kwonlyargs or arguments.vararg or arguments.kwarg
    return len([*arguments.posonlyargs, *arguments.args]) == 2 and not extra


def _is_class_method(function: Function) -> bool:
    names = [one.id for one in function.node.decorator_list if isinstance(one, ast.Name)]
    return bool({"classmethod", "staticmethod"} & set(names))
