"""A scheme lets requests without credentials through, and nothing handles them."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.project.inference import called
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(id="AUT707", name="unhandled-missing-credentials", severity="warning", preview=True)

_DEPTH = 3


def check(fact: Operation | Dependency, view: View) -> Iterator[Report]:
    """Reports functions that take the value of such a scheme and never look whether there is one."""
    seen = view.once("aut.unhandled_missing_credentials", set[ast.AST])
    if isinstance(fact, Operation):
        for dependency in fact.dependencies:
            if _is_optional(dependency) and dependency.node not in seen:
                seen.add(dependency.node)
                name = dependency.scheme.name if dependency.scheme else ""
                message = f"`{name}` with `auto_error=False` turns nobody away, and its value goes nowhere."
                yield Report(dependency.module, dependency.node, message, subject=name)
    function = fact.function
    if function is None:
        return
    for parameter in fact.parameters:
        given = parameter.dependency
        if given is None or not _is_optional(given) or parameter.node in seen:
            continue
        if _handles(view, function, parameter.name, _DEPTH):
            continue
        seen.add(parameter.node)
        yield _report(function, parameter, given)


def _report(function: Function, parameter: Parameter, given: Dependency) -> Report:
    scheme = given.scheme
    hops: tuple[Hop, ...] = ()
    if scheme is not None and scheme.node is not None and scheme.module is not None:
        hops = (Hop(scheme.module, scheme.node, "requests without credentials pass here"),)
    message = (
        f"`{function.name}` never handles that `{parameter.name}` is `None`, which `auto_error=False` allows."
    )
    return Report(parameter.module, parameter.node, message, subject=parameter.name, hops=hops)


def _is_optional(dependency: Dependency) -> bool:
    if dependency.scheme is None or dependency.scheme.node is None:
        return False
    return any(
        one.arg == "auto_error" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in dependency.scheme.node.keywords
    )


def _handles(view: View, function: Function, name: str, depth: int) -> bool:
    """Whether the function, or one that gets the value, tests it; True where that is not known."""
    if len(function.scope.bindings.get(name, ())) > 1:
        return True
    for node in walk(function.node):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        above = view.parent(node)
        if isinstance(
            above, ast.If | ast.IfExp | ast.While | ast.Assert | ast.BoolOp | ast.UnaryOp | ast.Compare
        ):
            return True
        if isinstance(above, ast.Match | ast.NamedExpr | ast.Return | ast.Try | ast.Yield | ast.Assign):
            return True
        if isinstance(above, ast.Attribute) and _inside_try(view, node, function):
            return True
        if isinstance(above, ast.Call | ast.keyword) and _passed_on(view, function, node, depth):
            return True
    return False


def _inside_try(view: View, node: ast.AST, function: Function) -> bool:
    above = view.parent(node)
    while above is not None and above is not function.node:
        if isinstance(above, ast.Try):
            return True
        above = view.parent(above)
    return False


def _passed_on(view: View, function: Function, node: ast.Name, depth: int) -> bool:
    above = view.parent(node)
    call = view.parent(above) if isinstance(above, ast.keyword) else above
    if not isinstance(call, ast.Call) or depth == 0 or _inside_try(view, node, function):
        return True
    target = called(view.project, function.module, call.func)
    if target is None or target.function is None:
        return target is None
    wanted = [one.arg for one in target.function.node.args.args]
    if target.function.owner is not None and wanted[:1] in (["self"], ["cls"]):
        wanted = wanted[1:]
    if isinstance(above, ast.keyword):
        return above.arg is None or _handles(view, target.function, above.arg, depth - 1)
    if node not in call.args or call.args.index(node) >= len(wanted):
        return True
    return _handles(view, target.function, wanted[call.args.index(node)], depth - 1)
