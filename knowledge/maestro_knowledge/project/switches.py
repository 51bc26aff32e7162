"""Places that a function does not come to: its caller (`check(host, resolve=False)`) or a test says so."""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise

from maestro_knowledge.project.flow import CallSite
from maestro_knowledge.project.inference import called, infer
from maestro_knowledge.project.lookup import member_of_class
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import parent

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_BLOCKS = ("body", "orelse", "finalbody", "handlers")
_Known = Callable[[ast.expr], bool | None]


def never_runs(project: Project, site: CallSite) -> bool:
    """Whether a test around the call leaves it out: the `else` of `hasattr(x, "get")` that always holds."""
    if site.caller is None:
        return False

    def known(test: ast.expr) -> bool | None:
        return _has_member(project, site, test)

    return any(
        isinstance(outer, ast.If | ast.IfExp) and _skips(outer, inner, known)
        for inner, outer in pairwise(_upwards(site.node, site.caller))
    )


def _has_member(project: Project, site: CallSite, test: ast.expr) -> bool | None:
    """True for `hasattr` of what the value's class defines; a class without it may have children with it."""
    match test:
        case ast.Call(func=ast.Name(id="hasattr"), args=[value, ast.Constant(value=str(name))], keywords=[]):
            known = infer(project, site.module, value)
            found = member_of_class(project, known.cls, name) if known is not None and known.cls else None
            return True if found is not None and found.kind == "function" else None
        case _:
            return None


def is_switched_off(project: Project, site: CallSite, function: Function, at: ast.AST) -> bool:
    """Whether the constants that a call passes, or leaves at their defaults, keep `function` from `at`."""
    target = called(project, site.module, site.node.func)
    if target is None or function not in (target.function, _constructor(site)):
        return False  # handed on, or entered as a context manager: the arguments are not its own
    switches = _switches(site.node, function)

    def known(test: ast.expr) -> bool | None:
        return switches.get(test.id) if isinstance(test, ast.Name) else None

    return bool(switches) and any(
        _skips(outer, inner, known) for inner, outer in pairwise(_upwards(at, function))
    )


def _constructor(site: CallSite) -> Function | None:
    return site.function if site.target is not None and site.target.cls is not None else None


def _upwards(at: ast.AST, function: Function) -> Iterator[ast.AST]:
    node: ast.AST | None = at
    while node is not None:
        yield node
        if node is function.node:
            return
        node = parent(node)


def _switches(call: ast.Call, function: Function) -> dict[str, bool]:
    """The parameters whose truth is known, and which keep what they are given."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    ):
        return {}
    given = _given(call, function)
    return {
        name: bool(value.value)
        for name, value in given.items()
        if isinstance(value, ast.Constant)
        and (value.value is None or isinstance(value.value, bool))
        and len(function.scope.bindings.get(name, ())) == 1
    }


def _given(call: ast.Call, function: Function) -> dict[str, ast.expr | None]:
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    given: dict[str, ast.expr | None] = {
        one.arg: value for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }
    if arguments.defaults:
        given |= dict(zip(names[-len(arguments.defaults) :], arguments.defaults, strict=True))
    decorators = {ast.unparse(one) for one in function.node.decorator_list}
    bound = function.owner is not None and "staticmethod" not in decorators
    given |= dict(zip(names[1:] if bound else names, call.args, strict=False))
    return given | {one.arg: one.value for one in call.keywords if one.arg in {*names, *given}}


def _skips(outer: ast.AST, inner: ast.AST, known: _Known) -> bool:
    """Whether the statement around leaves out `inner`, or one before it in the same block leaves that."""
    if isinstance(outer, ast.If | ast.IfExp):
        verdict = _verdict(outer.test, known)
        branches = [one if isinstance(one, list) else [one] for one in (outer.body, outer.orelse)]
        if verdict is not None and inner in branches[verdict]:
            return True
    for name in _BLOCKS:
        block = getattr(outer, name, None)
        if isinstance(block, list) and inner in block:
            return any(_leaves(one, known) for one in block[: block.index(inner)])
    return False


def _leaves(statement: ast.stmt, known: _Known) -> bool:
    if not isinstance(statement, ast.If):
        return False
    verdict = _verdict(statement.test, known)
    block = statement.body if verdict else statement.orelse if verdict is False else []
    return bool(block) and isinstance(block[-1], _LEAVING)


def _verdict(test: ast.expr, known: _Known) -> bool | None:
    """What the test comes to; None if that is not known."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _verdict(operand, known)
            return None if inner is None else not inner
        case ast.BoolOp(op=operator, values=values):
            found = [_verdict(one, known) for one in values]
            decisive = isinstance(operator, ast.Or)
            if decisive in found:
                return decisive
            return None if None in found else not decisive
        case _:
            return known(test)
