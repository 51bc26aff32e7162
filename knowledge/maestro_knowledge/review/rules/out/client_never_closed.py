"""An asynchronous HTTP client is made and never closed."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.out._clients import ASYNC_CLIENTS
from maestro_knowledge.review.view import View

RULE = Rule(id="OUT103", name="client-never-closed", severity="warning", umbrella=("API006",))

_CLOSING = frozenset({"aclose", "close", "__aexit__"})
_ENTERING = frozenset({"enter_async_context", "push_async_callback", "aclosing"})
NEEDS = Needs(calls=ASYNC_CLIENTS)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each client that nothing closes: dropped at once, local, of a module, or in an attribute."""
    for node, _ in view.calls_to(module, ASYNC_CLIENTS):
        how = _left_open(view, module, node)
        if not how:
            continue
        shown = ast.unparse(node.func)
        yield Report(module, node, f"The `{shown}` {how} is never closed.", subject=f"{shown} {how}")


def _left_open(view: View, module: Module, node: ast.Call) -> str:
    """What the client is kept in, in words; empty where it is closed, or somebody else may close it."""
    around = view.parent(node)
    function = view.around(module, node)
    match around:
        case ast.Attribute() if isinstance(view.parent(around), ast.Call):
            # `await AsyncClient().get(…)`: after the call nobody has it any more.
            return "that is used once" if around.attr not in {"__aenter__", *_CLOSING} else ""
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            if function is None:
                return (
                    ""
                    if _is_closed_anywhere(view, module, name) or _is_in_class(view, around)
                    else f"`{name}` of the module"
                )
            if function.scope.outer_names.get(name):
                return "" if _is_closed_anywhere(view, module, name) else f"`{name}` of the module"
            return f"`{name}`" if _is_local_and_open(view, module, function, name, around) else ""
        case ast.Assign(targets=[ast.Attribute(attr=name) as target]):
            return "" if _is_closed_anywhere(view, module, name) else f"`{ast.unparse(target)}`"
        case _:
            return ""


def _is_in_class(view: View, node: ast.AST) -> bool:
    return isinstance(view.parent(node), ast.ClassDef)


def _is_closed_anywhere(view: View, module: Module, name: str) -> bool:
    """Whether what may be this is closed, entered, or handed to what may do so, somewhere."""
    closed = view.once("out.client_never_closed", lambda: _closed_names(view))
    return any(other is module or _may_be_of(view, node, name, other) for other, node in closed.get(name, ()))


def _may_be_of(view: View, node: ast.AST, name: str, other: Module) -> bool:
    """Whether the name in another file may be what this file made: not what that file made for itself."""
    if isinstance(node, ast.Name):
        around = view.around(other, node)
        scopes = [other.scope] if around is None else [around.scope, other.scope]
        bindings = next((scope.bindings[name] for scope in scopes if name in scope.bindings), ())
        return all(one.kind in {"import", "from", "parameter"} for one in bindings)
    kept = view.once(("out.kept", other), lambda: _kept(other))
    return name not in kept


def _kept(module: Module) -> frozenset[str]:
    """The attributes that the file fills."""
    return frozenset(
        node.attr
        for node in module.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )


def _closed_names(view: View) -> dict[str, list[tuple[Module, ast.AST]]]:
    found: dict[str, list[tuple[Module, ast.AST]]] = {}
    for module in view.project.modules:
        for node in _closed(module):
            if name := _last(node):
                found.setdefault(name, []).append((module, node))
    # `for client in (a, b): await client.aclose()` closes what it runs over.
    for module in view.project.modules:
        for node in (*module.nodes.get(ast.For, ()), *module.nodes.get(ast.AsyncFor, ())):
            if isinstance(node, ast.For | ast.AsyncFor) and _last(node.target) in found:
                for one in walk(node.iter):
                    if isinstance(one, ast.Name | ast.Attribute):
                        found.setdefault(_last(one), []).append((module, one))
    return found


def _closed(module: Module) -> Iterator[ast.AST]:
    for node in module.nodes.get(ast.Attribute, ()):
        if isinstance(node, ast.Attribute) and node.attr in _CLOSING:
            yield node.value
    for node in module.nodes.get(ast.withitem, ()):
        if isinstance(node, ast.withitem):
            entered = node.context_expr
            yield from entered.args if isinstance(entered, ast.Call) else [entered]
    for node in module.nodes.get(ast.Call, ()):
        if isinstance(node, ast.Call) and _last(node.func) in _ENTERING:
            yield from node.args


def _is_local_and_open(view: View, module: Module, function: Function, name: str, made: ast.AST) -> bool:
    """Whether every use of the local variable is a call of its methods, none of them closing it."""
    last = function.node.end_lineno or function.node.lineno
    for node in module.nodes.get(ast.Name, ()):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        if not function.node.lineno <= node.lineno <= last:
            continue
        around = view.parent(node)
        if not isinstance(around, ast.Attribute) or around.attr in _CLOSING:
            return False
    return isinstance(made, ast.Assign | ast.AnnAssign)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
