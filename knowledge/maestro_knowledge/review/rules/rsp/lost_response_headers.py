"""Headers, cookies or a status are set on the injected response, and another response is returned."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.application import Operation
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.project.tree import statement_of, walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.rsp._answers import RESPONSE, is_response
from maestro_knowledge.review.view import View

RULE = Rule(id="RSP411", name="lost-response-headers", severity="error", fix="suggest")

_METHODS = frozenset({"set_cookie", "delete_cookie", "init_headers"})
_HEADER_METHODS = frozenset({"append", "update", "setdefault", "add_vary_header", "__setitem__"})
_DEPTH = 2


def check(operation: Operation, view: View) -> Iterator[Report]:
    """Reports the first thing that is set and lost, for each response that is returned instead."""
    function = operation.function
    if function is None or operation.kind != "http":
        return
    names = [p.name for p in operation.parameters if p.dependency is None and view.is_a(p.type, RESPONSE)]
    for name in names:
        changes = list(_changes(view, function, name, _DEPTH))
        for node in view.own(function, ast.Return):
            if node.value is None:
                continue
            lost = [change for change in changes if _leads_to(view, function, change, node)]
            if not lost or not _is_another(view, function, node.value, name):
                continue
            shown = ast.unparse(lost[0]).split("(")[0].split(" = ")[0]
            yield Report(
                function.module,
                lost[0],
                f"`{shown}` in `{function.name}` is lost: another response is returned.",
                subject=shown,
                hops=(Hop(function.module, node, "the response that the client gets"),),
            )
            break


def _changes(view: View, function: Function, name: str, depth: int) -> Iterator[ast.stmt]:
    """The statements that set something on the response."""
    for node in function.scope.nodes:
        statement = statement_of(node) if _is_change(view, function, node, name, depth) else None
        if statement is not None:
            yield statement


def _is_change(view: View, function: Function, node: ast.AST, name: str, depth: int) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)) if owner == name:
            return attr in _METHODS
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr="headers"), attr=attr)
        ) if owner == name:
            return attr in _HEADER_METHODS
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=owner), attr="headers"), ctx=ast.Store()):
            return owner == name
        case ast.Attribute(value=ast.Name(id=owner), attr="status_code", ctx=ast.Store()):
            return owner == name
        case ast.Call() if depth:
            return _helper_changes(view, function, node, name, depth)
        case _:
            return False


def _helper_changes(view: View, function: Function, call: ast.Call, name: str, depth: int) -> bool:
    """Whether a function of the project that is handed the response sets something on it."""
    target = view.target(function.module, call.func)
    helper = target.function if target else None
    if helper is None or helper is function:
        return False
    inner = next((one.arg for one in call.keywords if _is_name(one.value, name)), None)
    names = [one.arg for one in (*helper.node.args.posonlyargs, *helper.node.args.args)]
    if helper.owner is not None and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    for position, argument in enumerate(call.args):
        if _is_name(argument, name) and position < len(names):
            inner = names[position]
    return inner is not None and any(_changes(view, helper, inner, depth - 1))


def _is_another(view: View, function: Function, value: ast.expr, name: str) -> bool:
    """Whether the value is a response, and one that takes nothing over from the injected one."""
    if not is_response(view, function.module, value):
        return False
    values: list[ast.AST] = [value]
    names = {name}
    if isinstance(value, ast.Name):
        bindings = function.scope.bindings.get(value.id, [])
        if any(binding.kind not in {"assign", "with"} for binding in bindings):
            return False
        values += [binding.value for binding in bindings if binding.value is not None]
        values += list(_changes(view, function, value.id, 1))
    # What was read from it before is carried over as well: `cookie = response.headers["set-cookie"]`.
    for node in function.scope.nodes:
        if isinstance(node, ast.Assign) and _mentions(node.value, {name}):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return not any(_mentions(one, names) for one in values)


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in names for one in walk(node))


def _leads_to(view: View, function: Function, change: ast.stmt, end: ast.Return) -> bool:
    """Whether a way leads from the statement to the `return`: no other branch, no earlier end."""
    if (end.lineno, end.col_offset) <= (change.lineno, change.col_offset):
        return False
    around = set(_chain(view, end, function))
    child: ast.AST = change
    for owner in [*_chain(view, change, function)[1:], function.node]:
        for block in _blocks(owner):
            position = next((at for at, one in enumerate(block) if one is child), None)
            if position is None:
                continue
            rest = block[position + 1 :]
            if any(one in around for one in rest):
                return True
            if any(isinstance(one, ast.Return | ast.Raise | ast.Continue | ast.Break) for one in rest):
                return False
        if owner in around and isinstance(owner, ast.If | ast.match_case):
            return False  # the two stand in different branches
        child = owner
    return False


def _chain(view: View, node: ast.AST, function: Function) -> list[ast.AST]:
    chain: list[ast.AST] = [node]
    while (above := view.parent(chain[-1])) is not None and above is not function.node:
        chain.append(above)
    return chain


def _blocks(owner: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(owner, name, None)
        if isinstance(block, list):
            yield block


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
