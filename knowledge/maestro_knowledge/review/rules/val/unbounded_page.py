"""A page size without an upper bound, or a page start that may be negative."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import literal
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.rules.rte._marking import mark
from maestro_knowledge.review.rules.val._paging import Number, is_limited, numbers_in
from maestro_knowledge.review.view import View

RULE = Rule(id="VAL304", name="unbounded-page", severity="warning", umbrella=("API004",), fix="safe")

_UPPER = frozenset({"le", "lt", "**"})
_LOWER = frozenset({"ge", "gt", "**"})
_ENOUGH = 100
_AT_LEAST_ZERO = ("pydantic.PositiveInt", "pydantic.NonNegativeInt")


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each page size and page start of a query that takes any number."""
    numbers = list(numbers_in(view, module))
    bounded = {(_owner(one), one.is_size) for one in numbers if _is_bounded(view, one)}
    for number in numbers:
        # Beside the one that is bounded, and without a value, it is a filter that has such a name.
        if (_owner(number), number.is_size) in bounded or _is_left_open(number):
            continue
        if any(_is_limited_in(view, function, number) for function in _users(number)):
            continue
        what = "has no upper bound" if number.is_size else "may be negative"
        bound = _bound(number)
        yield Report(
            module,
            number.node,
            f"`{number.name}` of `{_owner(number)}` {what}.",
            subject=f"{_owner(number)}.{number.name}",
            edits=_edits(view, number, bound) if bound else (),
            fix=f"Bound it: `{bound or 'le='}` in its `Query(…)`.",
        )


def _is_left_open(number: Number) -> bool:
    """Whether it is a start that may be absent: a page begins somewhere, a filter may be left out."""
    default = number.default
    return not number.is_size and isinstance(default, ast.Constant) and default.value is None


def _is_bounded(view: View, number: Number) -> bool:
    """Whether it is bounded, its type says as much, or metadata that is not known may."""
    if number.words & (_UPPER if number.is_size else _LOWER):
        return True
    taken = number.taken
    type_ = taken.parameter.type if taken else number.field.type if number.field else None
    if not number.is_size and type_ is not None and type_.name in _AT_LEAST_ZERO:
        return True
    return any(_is_foreign(view, call, module) for call, module in number.calls)


def _is_foreign(view: View, call: ast.Call, module: Module) -> bool:
    name = view.name(module, call.func)
    known = ("fastapi.", "pydantic.", "sqlmodel.", "annotated_types.", "dataclasses.")
    return not name.startswith(known) or name.endswith("Validator")


def _users(number: Number) -> list[Function]:
    """The functions that may limit it: its own, the class's methods, and the path operations that take it."""
    if number.taken is not None and number.taken.function is not None:
        return [number.taken.function]
    found = list(number.model.cls.methods.values()) if number.model is not None else []
    operations = number.taken.operations if number.taken is not None else ()
    return found + [one.function for one in operations if one.function is not None]


def _is_limited_in(view: View, function: Function, number: Number) -> bool:
    if number.model is not None:
        # A validator knows the field as its value, whatever it calls that.
        for validator in number.model.validators:
            if validator.function is function and (not validator.fields or number.name in validator.fields):
                return True
    return is_limited(view, function, number.name)


def _owner(number: Number) -> str:
    if number.taken is not None and number.taken.function is not None:
        function = number.taken.function
        return function.owner.name if function.owner and function.name == "__init__" else function.name
    return number.model.cls.name if number.model is not None else "?"


def _bound(number: Number) -> str:
    """The bound to add: never one that the default would break; "" where the default is not known."""
    if not number.is_size:
        return "ge=0"
    if number.default is None:
        return f"le={_ENOUGH}"
    value = literal(number.default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return f"le={max(_ENOUGH, value or 0)}"
    return ""


def _edits(view: View, number: Number, bound: str) -> tuple[Edit, ...]:
    for call, module in reversed(number.calls):
        if module.in_scope and not any(isinstance(one, ast.Starred) for one in call.args):
            return (_with_argument(view, module, call, bound),)
    if number.taken is not None and number.taken.function is not None:
        return mark(view, number.taken, "fastapi.Query", bound)
    node = number.node
    if not isinstance(node, ast.AnnAssign) or number.model is None or number.model.kind != "pydantic":
        return ()
    word = spelled(view, number.module, "pydantic.Field")
    if word is None:
        return ()
    if node.value is None:
        return (*word[1], view.insert_after(number.module, node.annotation, f" = {word[0]}({bound})"))
    default = view.source(number.module, node.value)
    return (*word[1], view.replace(number.module, node.value, f"{word[0]}(default={default}, {bound})"))


def _with_argument(view: View, module: Module, call: ast.Call, argument: str) -> Edit:
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if given:
        last = max(given, key=lambda one: (one.end_lineno or 0, one.end_col_offset or 0))
        return view.insert_after(module, last, f", {argument}")
    _, end = view.lines(module).offsets(call)
    return Edit(module.path, end - 1, end - 1, argument)
