"""A decorator returns a wrapper that hides the signature of the path operation."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, FunctionNode, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rte._importing import spelled
from maestro_knowledge.review.view import View

RULE = Rule(id="RTE207", name="wrapper-hides-signature", severity="error", fix="safe")

_KEEPERS = frozenset(
    {"wraps", "update_wrapper", "__signature__", "__wrapped__", "decorator", "with_signature", "signature"}
)


@dataclass(frozen=True, slots=True, eq=False)
class _Wrapper:
    """What a decorator puts in the place of the function, and the name that it knows the function by."""

    module: Module
    node: FunctionNode | ast.Lambda
    wrapped: str


def check(project: Project, view: View) -> Iterator[Report]:
    """Reports each wrapper once, however many functions are wrapped in it."""
    functions: dict[Function, ast.expr | None] = {}
    for operation in project.operations:
        if operation.function is not None:
            functions.setdefault(operation.function, operation.node)
    for dependency in view.dependencies:
        if dependency.function is not None:
            functions.setdefault(dependency.function, None)
    seen = set()
    for function, route in functions.items():
        for decorator in _below(function, route):
            wrapper = _wrapper_of(view, function.module, decorator)
            if wrapper is not None and wrapper.node not in seen:
                seen.add(wrapper.node)
                yield _report(view, function, decorator, wrapper)


def _report(view: View, function: Function, decorator: ast.expr, wrapper: _Wrapper) -> Report:
    name = getattr(wrapper.node, "name", "lambda")
    shown = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return Report(
        wrapper.module,
        wrapper.node,
        f"FastAPI sees the parameters of `{name}` and not those of `{function.name}`: calls get 422.",
        subject=shown,
        hops=(Hop(function.module, decorator, f"`{function.name}` is wrapped here"),),
        edits=_edits(view, wrapper),
    )


def _below(function: Function, route: ast.expr | None) -> list[ast.expr]:
    """The decorators whose result FastAPI gets."""
    decorators = function.node.decorator_list
    return decorators[decorators.index(route) + 1 :] if route in decorators else list(decorators)


def _wrapper_of(view: View, module: Module, decorator: ast.expr) -> _Wrapper | None:
    target = view.target(module, decorator.func if isinstance(decorator, ast.Call) else decorator)
    if target is None or target.module is None:
        return None
    if target.cls is not None:
        called = target.cls.methods.get("__call__")
        if called is None or isinstance(decorator, ast.Call) or _keeps(target.cls.node):
            return None
        return _Wrapper(target.module, called.node, "") if _is_open(called.node) else None
    if target.function is None or _keeps(target.function.node):
        return None
    receiver: FunctionNode | None = target.function.node
    if isinstance(decorator, ast.Call):
        inner = _returned(target.function.node)
        receiver = inner if isinstance(inner, ast.FunctionDef) else None
    if receiver is None or not receiver.args.args:
        return None
    wrapper = _returned(receiver)
    if wrapper is None or not _is_open(wrapper):
        return None
    return _Wrapper(target.function.module, wrapper, receiver.args.args[-1].arg)


def _keeps(node: ast.AST) -> bool:
    """Whether anything in the decorator sees to the signature."""
    return any(
        getattr(one, "attr", getattr(one, "id", getattr(one, "value", ""))) in _KEEPERS
        for one in walk(node)
        if isinstance(one, ast.Name | ast.Attribute | ast.Constant)
    )


def _returned(node: FunctionNode) -> FunctionNode | ast.Lambda | None:
    """The function that the body defines and always returns."""
    inner = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    returns = [one for one in walk(node) if isinstance(one, ast.Return) and one in node.body]
    if len(returns) != 1:
        return None
    value = returns[0].value
    if isinstance(value, ast.Lambda):
        return value
    return inner.get(value.id) if isinstance(value, ast.Name) else None


def _is_open(node: FunctionNode | ast.Lambda) -> bool:
    """Whether it takes whatever it is given: a wrapper with parameters of its own is meant to be seen."""
    return node.args.vararg is not None or node.args.kwarg is not None


def _edits(view: View, wrapper: _Wrapper) -> tuple[Edit, ...]:
    if isinstance(wrapper.node, ast.Lambda) or not wrapper.wrapped:
        return ()
    word = spelled(view, wrapper.module, "functools.wraps")
    if word is None:
        return ()
    first = wrapper.node.decorator_list[0] if wrapper.node.decorator_list else None
    start, _ = view.lines(wrapper.module).offsets(first or wrapper.node)
    start -= 1 if first is not None else 0  # the `@`
    indent = " " * wrapper.node.col_offset
    text = f"@{word[0]}({wrapper.wrapped})\n{indent}"
    return (*word[1], Edit(wrapper.module.path, start, start, text))
