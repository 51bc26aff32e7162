"""A file that uses `Annotated` gives some parameters their metadata as a default value."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import keywords_of
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.din._markers import ANNOTATED, annotated_marker, marker_of
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN503", name="mixed-dependency-styles", severity="info", fix="unsafe")


@dataclass(frozen=True, slots=True)
class _Old:
    """A parameter whose default is a marker."""

    argument: ast.arg
    marker: ast.expr
    call: ast.Call
    function: Function


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports a file once, at the first parameter in the style that the file does not follow."""
    functions = [one for one in module.functions if view.is_handler(one) or view.is_dependency(one)]
    old = [found for function in functions for found in _old_style(view, function)]
    if not old or not any(_is_new_style(view, function) for function in functions):
        return
    first, rest = old[0], len(old) - 1
    more = f", as {rest} more in this file do" if rest else ""
    yield Report(
        module,
        first.argument,
        f"`{first.argument.arg}` has its metadata as default value{more}, where others use `Annotated`.",
        subject="mixed",
        edits=_all_edits(view, old),
    )


def _pairs(function: Function) -> list[tuple[ast.arg, ast.expr | None]]:
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    return [
        *zip(positional, [*missing, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def _old_style(view: View, function: Function) -> Iterator[_Old]:
    given = function.node.args
    for argument, default in _pairs(function) if given.defaults or given.kw_defaults else ():
        if default is not None and (call := marker_of(view, function.module, default)) is not None:
            yield _Old(argument, default, call, function)


def _is_new_style(view: View, function: Function) -> bool:
    return any(
        annotated_marker(view, function.module, argument.annotation) is not None
        for argument, _ in _pairs(function)
    )


def _all_edits(view: View, old: list[_Old]) -> tuple[Edit, ...]:
    """The whole file in the other style; nothing where a function does not allow it, and both would stay."""
    edits = [tuple(_edits(view, function, old)) for function in dict.fromkeys(one.function for one in old)]
    return tuple(edit for some in edits for edit in some) if all(edits) else ()


def _edits(view: View, function: Function, old: list[_Old]) -> Iterator[Edit]:
    """The function's parameters in the other style, or nothing where one of them does not allow it."""
    mine = {one.argument: one for one in old if one.function is function}
    annotated = _local_name(view, function.module)
    defaults = {argument: _plain_default(one) for argument, one in mine.items()}
    if not annotated or any(
        one.call is not one.marker or one.argument.annotation is None for one in mine.values()
    ):
        return
    if not _is_orderly(function, mine, defaults):
        return
    for argument, one in mine.items():
        yield from _rewritten(view, function.module, one, annotated, defaults[argument])


def _plain_default(one: _Old) -> ast.expr | None:
    """What the parameter defaults to: `Query(5)` and `Query(default=5)` hide it, `...` means nothing."""
    named = keywords_of(one.call)
    if _is_dependency(one.call):
        return None
    value = one.call.args[0] if one.call.args else named.get("default")
    return None if isinstance(value, ast.Constant) and value.value is ... else value


def _is_dependency(call: ast.Call) -> bool:
    callee = call.func
    name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
    return name in {"Depends", "Security"}


def _is_orderly(
    function: Function, mine: dict[ast.arg, _Old], defaults: dict[ast.arg, ast.expr | None]
) -> bool:
    """Whether afterwards no parameter without a default follows one with a default."""
    arguments = function.node.args
    positional = {*arguments.posonlyargs, *arguments.args}
    seen = False
    for argument, default in _pairs(function):
        if argument not in positional:
            continue
        left = defaults[argument] if argument in mine else default
        if seen and left is None:
            return False
        seen = seen or left is not None
    return True


def _rewritten(
    view: View, module: Module, one: _Old, annotated: str, default: ast.expr | None
) -> Iterator[Edit]:
    """`x: int = Query(5, ge=1)` → `x: Annotated[int, Query(ge=1)] = 5`; a default never goes inside."""
    kept = [
        view.source(module, part)
        for part in (one.call.args if _is_dependency(one.call) else one.call.args[1:])
    ]
    kept += [
        view.source(module, keyword)
        for keyword in one.call.keywords
        if keyword.arg != "default" or _is_dependency(one.call)
    ]
    marker = f"{view.source(module, one.call.func)}({', '.join(kept)})"
    annotation = one.argument.annotation
    if annotation is None:
        return
    _, start = view.lines(module).offsets(annotation)
    _, end = view.lines(module).offsets(one.marker)
    tail = f" = {view.source(module, default)}" if default is not None else ""
    inner = view.source(module, annotation)
    yield view.replace(module, annotation, f"{annotated}[{inner}, {marker}]")
    yield Edit(module.path, start, end, tail)


def _local_name(view: View, module: Module) -> str:
    """How the module spells `Annotated`; empty where it does not import it."""
    for node in module.nodes.get(ast.Subscript, ()):
        if isinstance(node, ast.Subscript) and view.name(module, node.value) in ANNOTATED:
            return ast.unparse(node.value)
    return ""
